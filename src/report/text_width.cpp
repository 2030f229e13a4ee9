#include "report/text_width.h"

#include <fmt/format.h>
#include <wchar.h>

#include <algorithm>

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

std::string cut_to_width(std::string_view text, size_t width, std::string_view mark) {
  if (text_width(text) <= width) return std::string(text);
  size_t room = width > text_width(mark) ? width - text_width(mark) : 0;
  size_t kept = 0;
  for (size_t end = 1; end <= text.size(); ++end) {
    bool is_whole = end == text.size() || (static_cast<unsigned char>(text[end]) & 0xC0u) != 0x80;
    if (!is_whole) continue;
    if (text_width(text.substr(0, end)) > room) break;
    kept = end;
  }
  return std::string(text.substr(0, kept)).append(mark);
}

std::string printable(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto code = static_cast<unsigned char>(text[i]);
    auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (text[i] == '\n') {
      out += "\\n";
    } else if (text[i] == '\t') {
      out += "\\t";
    } else if (code < 0x20 || code == 0x7F) {
      out += fmt::format("\\x{:02x}", code);
    } else if (code == 0xC2 && next >= 0x80 && next < 0xA0) {
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  for (;;) {
    size_t end = std::min(text.find_first_of("\n\t"), text.size());
    out += printable(text.substr(0, end));
    if (end == text.size()) return out;
    out += text[end];
    text.remove_prefix(end + 1);
  }
}

}  // namespace starlift
