#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/secret.h"

namespace starlift {

/// What signs requests to AWS and to stores that speak as it does.
struct Credentials {
  std::string access_key_id;  ///< empty: requests go unsigned
  Secret secret_key;
  Secret session_token;               ///< empty for keys that last
  std::optional<int64_t> expires_us;  ///< microseconds since 1970; nothing: never

  bool is_anonymous() const { return access_key_id.empty(); }
};

/// Where credentials come from, as often as they are needed. Thread-safe.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;

  /// Returns credentials that hold at this moment; `expires_us` tells for how long. May ask another service,
  /// so it may take seconds when they are about to expire. Throws Error{kConfiguration} that says what was
  /// tried.
  virtual Credentials get() = 0;
};

/// The same credentials always; without a key, requests go unsigned.
class FixedCredentials : public CredentialsSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Credentials get() override { return credentials_; }

 private:
  Credentials credentials_;
};

}  // namespace starlift
