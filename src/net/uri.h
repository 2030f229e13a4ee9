#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starlift {

/// Names and values as they are, not encoded.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Returns `text` with every byte but A-Z a-z 0-9 - . _ ~ as %XX, in upper-case hex: what signatures ask for.
std::string uri_encode(std::string_view text);

/// As uri_encode, but keeps slashes. Nothing is normalised: "a//b" and "a/../b" stay themselves.
std::string uri_encode_path(std::string_view path);

/// Returns `text` with %XX decoded; nothing when a % is not followed by two hex digits.
std::optional<std::string> uri_decode(std::string_view text);

/// Returns the parameters encoded, sorted by name then value and joined: "a=1&b=". Both what is signed and
/// what is sent.
std::string encode_query(const QueryParameters& parameters);

/// Returns an address as it may be shown: without what follows the first ? or #, where signatures and tokens
/// are, and without what stands before the last @, which is a user's name and password.
std::string without_secrets(std::string_view address);

/// Where a service is reached.
struct Endpoint {
  bool is_tls = true;
  std::string authority;  ///< host, and port when it is not the scheme's own

  std::string origin() const { return (is_tls ? "https://" : "http://") + authority; }
  /// Without the port.
  std::string host() const;
};

/// Reads "host", "host:port", "https://host:port" or "http://host:port", with or without a slash after it.
/// TLS is left out only where http:// is written. Throws Error{kConfiguration}.
Endpoint parse_endpoint(std::string_view text);

}  // namespace starlift
