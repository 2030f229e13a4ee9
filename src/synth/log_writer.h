#pragma once

#include <string>
#include <vector>

#include "synth/day_objects.h"
#include "synth/dirt.h"
#include "synth/event_text.h"
#include "synth/generator.h"

namespace starlift::synth {

/// Writes events into their days' objects, with dirt where the plan has some, and counts what it wrote.
class LogWriter {
 public:
  LogWriter(const GeneratorOptions& options, const std::vector<Listener>& listeners, ObjectSink& sink,
            GeneratorSummary& summary);

  void add(const Event& event);

  /// Ends the last object.
  void finish() { objects_.finish(); }

 private:
  void begin_day(int64_t timestamp);
  Dirt draw_dirt();
  void add_dirty(Dirt dirt, const Event& event);
  void count_record(bool is_bad) { ++(is_bad ? summary_.events.records_bad : summary_.events.records_good); }
  void count_dirt(Dirt dirt) { ++summary_.events.dirt[std::string(traits(dirt).name)]; }

  uint64_t seed_;
  uint64_t oversized_;  ///< the number of the event that becomes the oversized record
  const std::vector<Listener>& listeners_;
  DayObjects objects_;
  GeneratorSummary& summary_;
  DirtPlan plan_;
  EventText text_;
  uint64_t number_ = 0;        ///< of the current event, from 1
  bool is_after_bad_ = false;  ///< the next record must begin on its own line
  std::vector<std::string> for_next_day_;
};

}  // namespace starlift::synth
