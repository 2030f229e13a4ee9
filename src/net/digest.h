#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace starlift {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

/// Returns the 20 bytes of SHA-1. For checksums that stores name; not for security.
std::string sha1_bytes(std::string_view bytes);

/// Returns the MD5 as 32 hex digits. For stores that name their objects' content by it; not for security.
std::string md5_hex(std::string_view bytes);

/// The MD5 of bytes that come piece by piece.
class Md5 {
 public:
  Md5();
  void add(std::string_view bytes);
  /// Returns 32 hex digits. Once, when all was added.
  std::string hex();

 private:
  struct Deleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Deleter> context_;
};

std::string_view bytes_of(const Sha256& digest);
/// Returns two lower-case hex digits per byte.
std::string to_hex(std::string_view bytes);

}  // namespace starlift
