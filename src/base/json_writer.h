#pragma once

#include <fmt/format.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace starlift {

/// Puts a JSON text together, on one line: {"name": "a", "sizes": [1, 2], "is_last": true}.
/// It places the commas; that objects and arrays are ended, and that members have names, is the caller's
/// part.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  /// Names the value that comes next.
  JsonWriter& key(std::string_view name);

  /// Invalid UTF-8 becomes U+FFFD.
  JsonWriter& value(std::string_view text) { return raw(to_json_string(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  /// Numbers, and true or false.
  JsonWriter& value(std::integral auto plain) { return raw(fmt::format("{}", plain)); }
  /// Nothing is null.
  template <typename Value>
  JsonWriter& value(const std::optional<Value>& found) {
    return found ? value(*found) : raw("null");
  }
  /// A number with that many digits after the point.
  JsonWriter& fixed(double number, int digits) { return raw(fmt::format("{:.{}f}", number, digits)); }
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view json);

  /// A name and its value.
  template <typename Value>
  JsonWriter& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }
  /// A name and an array of its values.
  template <typename Values>
  JsonWriter& members(std::string_view name, const Values& contents) {
    key(name).begin_array();
    for (const auto& content : contents)
      value(content);
    return end_array();
  }

  const std::string& text() const { return text_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace starlift
