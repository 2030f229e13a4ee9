#pragma once

#include <array>
#include <string>
#include <string_view>

namespace starlift {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

/// Returns the 20 bytes of SHA-1. For checksums that stores name; not for security.
std::string sha1_bytes(std::string_view bytes);

/// Returns the MD5 as 32 hex digits. For stores that name their objects' content by it; not for security.
std::string md5_hex(std::string_view bytes);

std::string_view bytes_of(const Sha256& digest);
/// Returns two lower-case hex digits per byte.
std::string to_hex(std::string_view bytes);

}  // namespace starlift
