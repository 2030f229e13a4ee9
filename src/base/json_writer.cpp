#include "base/json_writer.h"

namespace starlift {

JsonWriter& JsonWriter::key(std::string_view name) {
  raw(to_json_string(name));
  text_ += ": ";
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  if (needs_comma_) text_ += ", ";
  text_ += json;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  raw({&bracket, 1});
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  needs_comma_ = true;
  return *this;
}

}  // namespace starlift
