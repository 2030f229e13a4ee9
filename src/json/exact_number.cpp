#include "json/exact_number.h"

#include <algorithm>
#include <charconv>

namespace starlift {

namespace {

constexpr int64_t kMaxExponent = 1'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the digits off the front of `text`.
inline std::string_view take_digits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && is_digit(text[count]))
    ++count;
  std::string_view digits(text.data(), count);
  text.remove_prefix(count);
  return digits;
}

inline bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes "e+12" off the front of `text`, which begins with the e.
std::optional<int64_t> take_exponent(std::string_view& text) {
  text.remove_prefix(1);
  bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  auto digits = take_digits(text);
  if (digits.empty()) return std::nullopt;
  int64_t exponent = 0;
  for (char c : digits)
    exponent = std::min(exponent * 10 + (c - '0'), kMaxExponent);
  return is_negative ? -exponent : exponent;
}

/// Reads all of `text` into `number`; inlined, so that what a caller does not use costs nothing.
inline bool read_number(std::string_view text, NumberText& number) {
  number.is_negative = take(text, '-');
  number.whole = take_digits(text);
  if (number.whole.empty() || (number.whole.size() > 1 && number.whole[0] == '0')) return false;
  if (take(text, '.')) {
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return false;
  }
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  auto exponent = take_exponent(text);
  number.exponent = exponent.value_or(0);
  return exponent && text.empty();
}

/// Returns how many digits stand before the point when `number` is written without an exponent;
/// zero or less when its first non-zero digit comes after the point.
int64_t magnitude(const NumberText& number) {
  auto digits_before_point = static_cast<int64_t>(number.whole.size()) + number.exponent;
  if (number.whole != "0") return digits_before_point;
  size_t zeros = std::min(number.fraction.find_first_not_of('0'), number.fraction.size());
  return digits_before_point - 1 - static_cast<int64_t>(zeros);
}

/// The quick way: when digits and power of ten are both doubles exactly, their quotient is rounded
/// only once (W. Clinger, How to read floating point numbers accurately, 1990).
std::optional<double> exact_quotient(const NumberText& number) {
  static constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (number.whole.size() + number.fraction.size() > 15 || number.exponent != 0) return std::nullopt;
  int64_t digits = 0;
  for (char c : number.whole)
    digits = digits * 10 + (c - '0');
  for (char c : number.fraction)
    digits = digits * 10 + (c - '0');
  double quotient = static_cast<double>(digits) / kPowersOfTen[number.fraction.size()];
  return number.is_negative ? -quotient : quotient;
}

}  // namespace

std::optional<NumberText> parse_number(std::string_view text) {
  NumberText number;
  return read_number(text, number) ? std::optional(number) : std::nullopt;
}

bool is_number(std::string_view text) {
  NumberText unused;
  return read_number(text, unused);
}

ScaledNumber scale_number(const NumberText& number, int shift) {
  static constexpr Int128 kTenTo37 = Int128{10'000'000'000'000'000'000u} * 1'000'000'000'000'000'000;
  ScaledNumber scaled;
  auto append = [&](int digit) {
    scaled.is_small = scaled.value < kTenTo37;
    if (scaled.is_small) scaled.value = scaled.value * 10 + digit;
    return scaled.is_small;
  };
  int64_t digits_to_take = static_cast<int64_t>(number.whole.size()) + number.exponent + shift;
  for (auto digits : {number.whole, number.fraction}) {
    for (char c : digits) {
      if (digits_to_take-- <= 0) {
        scaled.is_exact = scaled.is_exact && c == '0';
      } else if (!append(c - '0')) {
        return scaled;
      }
    }
  }
  while (digits_to_take-- > 0 && scaled.value != 0) {
    if (!append(0)) return scaled;
  }
  if (number.is_negative) scaled.value = -scaled.value - (scaled.is_exact ? 0 : 1);
  return scaled;
}

std::optional<double> nearest_double(std::string_view text, const NumberText& number) {
  if (auto quotient = exact_quotient(number)) return quotient;
  double value = 0;
  auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc()) return value;
  if (magnitude(number) > 0) return std::nullopt;
  return number.is_negative ? -0.0 : 0.0;
}

}  // namespace starlift
