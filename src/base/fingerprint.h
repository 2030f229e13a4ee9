#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace starlift {

/// FNV-1a, 64 bits (draft-eastlake-fnv), over texts each ended by NUL: the same on every machine and in
/// every release. Finds changes; it is no protection against somebody who wants a collision.
class Fingerprint {
 public:
  void add(std::string_view text) {
    for (char c : text)
      add(c);
    add('\0');
  }
  /// Returns 16 hex digits.
  std::string to_string() const;

 private:
  void add(char c) { hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u; }
  uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace starlift
