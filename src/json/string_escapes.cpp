#include "json/string_escapes.h"

#include <algorithm>
#include <cstdint>

namespace starlift {

namespace {

constexpr uint32_t kNoCodeUnit = UINT32_MAX;

bool is_high_surrogate(uint32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(uint32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// Returns the value of a hexadecimal digit, or kNoCodeUnit.
uint32_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return kNoCodeUnit;
}

/// Returns the UTF-16 unit of the "\uXXXX" at the front of `text`, or kNoCodeUnit.
uint32_t code_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return kNoCodeUnit;
  uint32_t unit = 0;
  for (char c : text.substr(2, 4)) {
    uint32_t digit = hex_digit(c);
    if (digit == kNoCodeUnit) return kNoCodeUnit;
    unit = unit << 4 | digit;
  }
  return unit;
}

/// Returns the character that "\c" stands for, or NUL when there is none.
char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

char* write_utf8(uint32_t code_point, char* out) {
  auto put = [&](uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
    return out;
  }
  if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
  }
  put(0x80 | (code_point & 0x3F));
  return out;
}

/// One escape sequence, read off the front of a text.
struct Escape {
  uint32_t code_point = 0;
  size_t size_bytes = 0;
  EscapeFault fault = EscapeFault::kNone;
};

Escape read_escape(std::string_view text) {
  if (!text.starts_with("\\u")) {
    char c = text.size() < 2 ? '\0' : short_escape(text[1]);
    return {static_cast<uint32_t>(static_cast<unsigned char>(c)), 2,
            c == '\0' ? EscapeFault::kBadEscape : EscapeFault::kNone};
  }
  uint32_t unit = code_unit(text);
  if (unit == kNoCodeUnit) return {.fault = EscapeFault::kBadEscape};
  if (!is_high_surrogate(unit) && !is_low_surrogate(unit)) return {unit, 6};
  uint32_t low = code_unit(text.substr(6));
  if (!is_high_surrogate(unit) || !is_low_surrogate(low)) return {.fault = EscapeFault::kLoneSurrogate};
  return {0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 12};
}

}  // namespace

Unescaped unescape(std::string_view literal, char* out) {
  const char* begin = out;
  size_t position = 0;
  for (;;) {
    size_t backslash = std::min(literal.find('\\', position), literal.size());
    out = std::copy(literal.begin() + position, literal.begin() + backslash, out);
    if (backslash == literal.size()) return {.size_bytes = static_cast<size_t>(out - begin)};
    auto escape = read_escape(literal.substr(backslash));
    if (escape.fault != EscapeFault::kNone) return {0, escape.fault, backslash};
    out = write_utf8(escape.code_point, out);
    position = backslash + escape.size_bytes;
  }
}

}  // namespace starlift
