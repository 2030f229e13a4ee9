#pragma once

#include <cstdio>
#include <mutex>
#include <string>

#include "pipeline/events.h"

namespace starlift {

/// How a stream of text may look.
struct ConsoleStyle {
  bool is_terminal = false;  ///< lines can be rewritten
  bool has_color = false;
  bool is_quiet = false;  ///< warnings only

  /// Finds the style of a stream: NO_COLOR and TERM=dumb are honoured.
  static ConsoleStyle of(std::FILE* stream, bool is_quiet);
};

/// Shows a run's events: one line per step, rewritten in a terminal, printed when the step ends
/// (and now and then while it lasts) elsewhere. The only code here that knows terminals.
class ConsoleProgress : public EventListener {
 public:
  ConsoleProgress(std::FILE* out, ConsoleStyle style) : out_(out), style_(style) {}

  void on_event(const Event& event) override;

 private:
  void show_line(const std::string& text);
  void keep_line(const std::string& text);

  std::FILE* out_;
  ConsoleStyle style_;
  std::mutex mutex_;
  double last_shown_s_ = 0;
};

/// Returns what a step's line says: "stage events  12 of 30 objects  1.2 MiB of 3.0 MiB  ...".
std::string describe_step(const Event& event);

}  // namespace starlift
