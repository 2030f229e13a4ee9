#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "columns/column_batch.h"

namespace starlift {

/// A number of JSON's grammar taken apart: (-) whole . fraction * 10^exponent. Views into the text.
struct NumberText {
  bool is_negative = false;
  std::string_view whole;
  std::string_view fraction;
  int64_t exponent = 0;  ///< held within +-10^9, further than any record's digits reach
};

/// Reads `text` when all of it is a number of JSON's grammar (RFC 8259, section 6).
std::optional<NumberText> parse_number(std::string_view text);

/// Returns true when all of `text` is a number of JSON's grammar.
bool is_number(std::string_view text);

/// Reads a whole number written as nearly all are, with at most 18 digits: "-26", "1541016707796.0".
inline std::optional<int64_t> parse_plain_integer(std::string_view text) {
  if (text.ends_with(".0")) text.remove_suffix(2);
  bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 18 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  int64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return is_negative ? -value : value;
}

/// A number as an integer.
struct ScaledNumber {
  Int128 value = 0;      ///< rounded toward negative infinity
  bool is_exact = true;  ///< nothing was rounded away
  bool is_small = true;  ///< has at most 38 digits; `value` is meaningless otherwise
};

/// Returns `number` * 10^`shift`, computed in decimal.
ScaledNumber scale_number(const NumberText& number, int shift);

/// Returns the correctly rounded double, or nothing when the number is too large for one. What is
/// too small becomes zero.
std::optional<double> nearest_double(std::string_view text, const NumberText& number);

}  // namespace starlift
