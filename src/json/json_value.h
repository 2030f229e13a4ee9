#pragma once

#include <string_view>

namespace starlift {

/// A value where it stands in a record, checked against JSON's grammar; or the lack of one.
struct JsonValue {
  /// The value's bytes as they are, without blanks around them. No bytes: the value is absent.
  std::string_view source;
  /// What a string stands for; otherwise the same as `source`.
  std::string_view text;

  bool is_absent() const { return source.empty(); }
  bool is_null() const { return source.front() == 'n'; }
  /// True for a string whose source is not its text between quotes.
  bool has_escapes() const { return source.size() > text.size() + 2; }
};

}  // namespace starlift
