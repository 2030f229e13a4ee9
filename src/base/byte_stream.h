#pragma once

#include <cstddef>
#include <span>

namespace starlift {

/// Bytes read once, from front to back. Not thread-safe.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Fills the front of `buffer` and returns how many bytes it wrote; 0 only at the end
  /// (or for an empty buffer). May return less than asked for. Throws Error{kSource}.
  virtual size_t read(std::span<char> buffer) = 0;
};

}  // namespace starlift
