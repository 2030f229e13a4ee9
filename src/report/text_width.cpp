#include "report/text_width.h"

#include <fmt/format.h>
#include <wchar.h>

#include "base/text.h"

namespace starlift {

namespace {

/// Decodes the character at the front of well-formed UTF-8 and steps over it.
wchar_t take_character(std::string_view& text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  unsigned code = length == 1 ? byte(0) : byte(0) & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i)
    code = code << 6 | (byte(i) & 0x3Fu);
  text.remove_prefix(length);
  return static_cast<wchar_t>(code);
}

}  // namespace

size_t text_width(std::string_view text) {
  if (!is_valid_utf8(text)) return text.size();
  size_t width = 0;
  while (!text.empty()) {
    int columns = wcwidth(take_character(text));
    width += columns < 0 ? 1 : static_cast<size_t>(columns);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (code < 0x20 || code == 0x7F) {
      out += fmt::format("\\x{:02x}", code);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace starlift
