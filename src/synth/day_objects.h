#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "synth/dirty_record.h"
#include "synth/generator.h"
#include "synth/object_sink.h"

namespace starlift::synth {

/// The objects of the logs, one per day, filled one after the other through one buffer.
class DayObjects {
 public:
  DayObjects(ObjectSink& sink, DatasetSummary& summary) : sink_(sink), summary_(summary) {}

  /// Begins the object of the day of `timestamp` when it is not the current one; returns whether it did.
  bool turn_to(int64_t timestamp);

  /// Begins the object's bytes with a byte order mark; call before the first record.
  void mark_byte_order() { buffer_ += kByteOrderMark; }

  /// Returns whether the object has no record yet.
  bool is_empty() const { return is_empty_; }

  /// Appends `separator` unless the object is empty, and returns the buffer for the record to be appended to.
  std::string& next_record(std::string_view separator = "\n");

  /// Ends the last object.
  void finish();

 private:
  void flush();

  ObjectSink& sink_;
  DatasetSummary& summary_;
  int64_t day_ = -1;  ///< since 1970-01-01; -1 before the first
  bool is_empty_ = true;
  std::string buffer_;
};

}  // namespace starlift::synth
