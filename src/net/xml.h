#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// An XML element: its text without that of its children, and its children in order. Attributes and
/// name spaces are left out: the services we read use neither.
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<XmlElement> children;

  /// Returns the first child of that name, or null.
  const XmlElement* find(std::string_view child) const;
  /// Returns the text of the first child of that name; empty when there is none.
  std::string_view text_of(std::string_view child) const;
};

/// Reads a document that a server sent. Hostile input costs no more than about 20 MB beside its own size: a
/// document type (and with it every entity but the five of XML itself), more than 32 levels, more than
/// 100,000 elements, or names over 256 bytes are refused. Returns nothing when it is refused or not
/// well-formed.
std::optional<XmlElement> parse_xml(std::string_view text);

}  // namespace starlift
