#include "synth/json_text.h"

#include <array>

namespace starlift::synth {

namespace {

void append_unicode_escape(std::string& out, uint32_t unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kDigits[(unit >> shift) & 15];
}

/// Appends the character that starts at `text[at]` as one or two `\u` escapes and returns its length.
size_t append_escaped_character(std::string& out, std::string_view text, size_t at) {
  auto bits = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(text[at + i]) & 0x3F);
  };
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0xE0) {
    append_unicode_escape(out, (first & 0x1Fu) << 6 | bits(1));
    return 2;
  }
  if (first < 0xF0) {
    append_unicode_escape(out, (first & 0x0Fu) << 12 | bits(1) << 6 | bits(2));
    return 3;
  }
  const uint32_t beyond = ((first & 0x07u) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3)) - 0x10000;
  append_unicode_escape(out, 0xD800 | beyond >> 10);
  append_unicode_escape(out, 0xDC00 | (beyond & 0x3FF));
  return 4;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text, JsonStyle style) {
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
    const bool has_backslash = c == '"' || c == '\\' || (c == '/' && style.escape_slash);
    if (!has_backslash && (is_ascii || !style.escape_non_ascii)) {
      ++i;
      continue;
    }
    out.append(text, copied, i - copied);
    if (has_backslash) {
      out += '\\';
      out += c;
      ++i;
    } else {
      i += append_escaped_character(out, text, i);
    }
    copied = i;
  }
  out.append(text, copied, text.size() - copied);
  out += '"';
}

void append_hundred_thousandths(std::string& out, int64_t value) {
  constexpr int64_t kOne = 100000;
  if (value < 0) {
    out += '-';
    value = -value;
  }
  append_integer(out, value / kOne);
  out += '.';
  std::array<char, 5> digits;
  int64_t rest = value % kOne;
  for (size_t i = digits.size(); i-- > 0; rest /= 10)
    digits[i] = static_cast<char>('0' + rest % 10);
  size_t count = digits.size();
  while (count > 1 && digits[count - 1] == '0')
    --count;
  out.append(digits.data(), count);
}

}  // namespace starlift::synth
