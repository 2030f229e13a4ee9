#pragma once

#include <array>
#include <string>
#include <vector>

#include "synth/listeners.h"
#include "synth/sessions.h"
#include "synth/vocabulary.h"

namespace starlift::synth {

/// Writes events as lines of the logs. What recurs is made JSON text once, so that a line is mostly copied
/// together.
class EventText {
 public:
  EventText();

  /// Appends the event without a newline.
  void append(std::string& out, const Event& event, const Listener& listener) const;

 private:
  using JsonTexts = std::vector<std::string>;

  JsonTexts female_first_names_;
  JsonTexts male_first_names_;
  JsonTexts last_names_;
  JsonTexts metropolitan_areas_;
  JsonTexts user_agents_;
  struct PageText {
    std::string method_and_page;
    std::string status;
  };
  std::array<PageText, kPages> pages_;
};

}  // namespace starlift::synth
