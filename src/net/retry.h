#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <random>

#include "base/cancellation.h"
#include "net/http_client.h"

namespace starlift {

/// How long to go on trying.
struct RetryPolicy {
  int max_attempts = 10;
  std::chrono::milliseconds first_delay{100};  ///< the most before the second attempt; doubles each time
  std::chrono::milliseconds longest_delay{10'000};
  std::chrono::seconds unreachable_for{30};  ///< gives up sooner when no connection comes about
};

/// The delays of one request: exponential backoff with full jitter (AWS Architecture Blog, "Exponential
/// Backoff And Jitter"), which keeps clients that failed together from coming back together.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy) : policy_(policy) {}

  /// Returns how long to wait before the next attempt; nothing when there shall be none.
  std::optional<std::chrono::milliseconds> next();

 private:
  const RetryPolicy& policy_;
  int attempts_ = 1;
};

/// Returns true for what may well succeed when it is tried again: a connection that broke, 429, most of 5xx.
bool is_transient(const HttpResponse& response);

/// A request that is made anew for each attempt, for a signature ages.
struct RetryableRequest {
  std::function<PreparedRequest()> make;
  /// Decides whether an answer calls for another attempt; is_transient when there is none.
  std::function<bool(const HttpResponse&)> is_to_be_retried;
  /// Hears the last answer, once. What `make` threw comes as `HttpResponse::error`.
  HttpClient::Done done;
};

/// Sends until an answer need not be retried or the policy says to stop. `client` and `policy` must live
/// until then.
void start_with_retries(HttpClient& client, const RetryPolicy& policy, RetryableRequest request);

/// The same, and waits for the answer. Throws what `make` threw, and Error{kInterrupted} when `cancellation`
/// (may be null) asks for it: then `make` may be called until the client is gone. Not to be called in the
/// client's thread.
HttpResponse send_with_retries(HttpClient& client, const RetryPolicy& policy,
                               std::function<PreparedRequest()> make,
                               std::function<bool(const HttpResponse&)> is_to_be_retried = {},
                               const Cancellation* cancellation = nullptr);

}  // namespace starlift
