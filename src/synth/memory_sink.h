#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "synth/object_sink.h"

namespace starlift::synth {

/// Keeps what is written; for tests.
class MemorySink : public ObjectSink {
 public:
  void begin(std::string_view key) override {
    keys.emplace_back(key);
    current_ = &objects[std::string(key)];
  }
  void append(std::string_view bytes) override { *current_ += bytes; }
  void end() override { current_ = nullptr; }

  std::map<std::string, std::string> objects;
  std::vector<std::string> keys;  ///< in the order of their coming

 private:
  std::string* current_ = nullptr;
};

}  // namespace starlift::synth
