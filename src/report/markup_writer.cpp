#include "report/markup_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace starlift {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Whether a line end after the element would show as a blank.
bool stands_in_text(std::string_view tag) {
  static constexpr std::string_view kTags[] = {"a", "code", "span", "strong"};
  return std::find(std::begin(kTags), std::end(kTags), tag) != std::end(kTags);
}

void escape_character(char c, std::string& out) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    case '\n':
    case '\t':
      out += c;
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        out += kReplacement;
      } else {
        out += c;
      }
  }
}

}  // namespace

std::string escape_markup(std::string_view text) {
  bool is_valid = is_valid_utf8(text);
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    bool is_ascii = static_cast<unsigned char>(c) < 0x80;
    if (is_ascii || is_valid) {
      escape_character(c, out);
    } else {
      out += kReplacement;
    }
  }
  return out;
}

void MarkupWriter::begin(std::string_view tag, Attributes attributes) {
  markup_ += '<';
  markup_ += tag;
  for (const auto& [name, value] : attributes)
    markup_ += fmt::format(" {}=\"{}\"", name, escape_markup(value));
}

MarkupWriter& MarkupWriter::open(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  markup_ += '>';
  open_.emplace_back(tag);
  return *this;
}

MarkupWriter& MarkupWriter::close() {
  std::string tag = std::move(open_.back());
  open_.pop_back();
  markup_ += fmt::format("</{}>{}", tag, stands_in_text(tag) ? "" : "\n");
  return *this;
}

MarkupWriter& MarkupWriter::text(std::string_view text) {
  markup_ += escape_markup(text);
  return *this;
}

MarkupWriter& MarkupWriter::element(std::string_view tag, Attributes attributes, std::string_view content) {
  return open(tag, attributes).text(content).close();
}

MarkupWriter& MarkupWriter::leaf(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  markup_ += "/>\n";
  return *this;
}

MarkupWriter& MarkupWriter::raw(std::string_view markup) {
  markup_ += markup;
  return *this;
}

}  // namespace starlift
