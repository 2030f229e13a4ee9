#pragma once

#include <string_view>

namespace starlift::synth {

/// Where generated objects go: a folder, a bucket, a test's memory.
///
/// Called from one thread, one object at a time, with keys in ascending order within each data set. What
/// it throws ends the generation and reaches the caller.
class ObjectSink {
 public:
  virtual ~ObjectSink() = default;

  /// Begins an object; `append` adds to it until `end`. Used for objects of any size.
  virtual void begin(std::string_view key) = 0;
  virtual void append(std::string_view bytes) = 0;
  virtual void end() = 0;

  /// Writes a small object at once.
  virtual void put(std::string_view key, std::string_view bytes) {
    begin(key);
    append(bytes);
    end();
  }
};

}  // namespace starlift::synth
