#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "base/process.h"
#include "cloud/redshift_control.h"

namespace starlift {

/// The login that Redshift gave last, for as long as it holds; a new one when it is about to expire. A
/// connection that stands outlives the login it was opened with. Thread-safe.
class ExpiringLogin {
 public:
  using Fetch = std::function<TemporaryLogin()>;
  /// Microseconds since 1970-01-01 UTC.
  using Clock = std::function<int64_t()>;

  explicit ExpiringLogin(Fetch fetch, Clock clock = now_us);

  /// Throws what `fetch` throws.
  TemporaryLogin get();

 private:
  bool holds() const;

  const Fetch fetch_;
  const Clock clock_;
  std::mutex mutex_;  ///< guards what follows
  std::optional<TemporaryLogin> login_;
};

}  // namespace starlift
