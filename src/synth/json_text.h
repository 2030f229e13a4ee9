#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace starlift::synth {

/// What a JSON writer escapes beyond what it must.
struct JsonStyle {
  bool escape_slash = false;  ///< `/` as `\/`, as PHP's json_encode does
  bool escape_non_ascii =
      false;  ///< `\u` escapes, surrogate pairs beyond U+FFFF, as Python's json.dumps does
};

/// Appends `text`, which is valid UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text, JsonStyle style);

/// Appends a decimal fraction given in units of 0.00001 as Python prints a float: 26770240 -> "267.7024",
/// 100000 -> "1.0".
void append_hundred_thousandths(std::string& out, int64_t value);

inline void append_integer(std::string& out, int64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace starlift::synth
