#pragma once

#include <fmt/format.h>

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// An attribute of an element. Numbers with a fraction keep one digit of it, which is enough for pixels.
struct MarkupAttribute {
  MarkupAttribute(std::string_view name_in, std::string_view value_in) : name(name_in), value(value_in) {}
  MarkupAttribute(std::string_view name_in, std::integral auto number)
      : name(name_in), value(fmt::format("{}", number)) {}
  MarkupAttribute(std::string_view name_in, double number)
      : name(name_in), value(fmt::format("{:.1f}", number)) {}

  std::string name;
  std::string value;
};

/// Puts HTML or SVG together. Texts and attributes are escaped here and nowhere else, so that what comes from
/// data or definitions stays text, whatever it holds.
class MarkupWriter {
 public:
  using Attributes = std::initializer_list<MarkupAttribute>;

  /// Begins an element.
  MarkupWriter& open(std::string_view tag, Attributes attributes = {});
  /// Ends the element that was begun last.
  MarkupWriter& close();
  MarkupWriter& text(std::string_view text);
  /// An element that holds nothing but a text.
  MarkupWriter& element(std::string_view tag, Attributes attributes, std::string_view content);
  MarkupWriter& element(std::string_view tag, std::string_view content) { return element(tag, {}, content); }
  /// An element without content, as SVG has them; and those that HTML calls void.
  MarkupWriter& leaf(std::string_view tag, Attributes attributes = {});
  /// Markup that is made already, or text of our own for <style> and <script>.
  MarkupWriter& raw(std::string_view markup);

  const std::string& markup() const { return markup_; }

 private:
  void begin(std::string_view tag, Attributes attributes);

  std::string markup_;
  std::vector<std::string> open_;
};

/// Returns the text for use between tags and in quoted attributes. Control characters, which markup cannot
/// hold, and invalid UTF-8 become U+FFFD.
std::string escape_markup(std::string_view text);

}  // namespace starlift
