#pragma once

#include <cstddef>
#include <string_view>

namespace starlift {

/// What is wrong with the escapes of a JSON string.
enum class EscapeFault {
  kNone,
  kBadEscape,      ///< breaks the grammar: "\x", "\u12"
  kLoneSurrogate,  ///< fits the grammar, but stands for no character: "\ud83d" without its other half
};

struct Unescaped {
  size_t size_bytes = 0;  ///< of the text written
  EscapeFault fault = EscapeFault::kNone;
  size_t fault_position = 0;  ///< in the literal, of the backslash at fault
};

/// Writes the text that `literal`, the bytes between a JSON string's quotes, stands for to `out`. It
/// is never longer than `literal`.
Unescaped unescape(std::string_view literal, char* out);

}  // namespace starlift
