#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/cancellation.h"
#include "net/credentials.h"
#include "net/http_client.h"
#include "net/retry.h"
#include "storage/object_store.h"

namespace starlift {

/// How S3, or a store that speaks as it does, is reached.
struct S3Settings {
  std::optional<std::string> region;   ///< found by itself when it is missing or wrong
  std::optional<Endpoint> endpoint;    ///< AWS's own when there is none
  std::optional<bool> has_path_style;  ///< https://host/bucket/key; by default where an endpoint is named
  bool requester_pays = false;
  std::shared_ptr<CredentialsSource> credentials;
  HttpClient::Options http;
  RetryPolicy retries;
};

/// What all stores of a run share: the settings, the client with its connections, the way of retrying.
class S3Access {
 public:
  /// `cancellation` must outlive this.
  S3Access(S3Settings settings, const Cancellation& cancellation)
      : settings_(std::move(settings)), cancellation_(cancellation), client_(settings_.http) {}

  const S3Settings& settings() const { return settings_; }
  const RetryPolicy& retry_policy() const { return settings_.retries; }
  HttpClient& client() { return client_; }

  /// Waits until the condition holds, with `lock` released. Throws Error{kInterrupted} when a stop is
  /// requested.
  template <typename Condition>
  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, Condition holds) const {
    while (!changed.wait_for(lock, std::chrono::milliseconds(100), holds))
      cancellation_.check();
  }

 private:
  const S3Settings settings_;
  const Cancellation& cancellation_;
  HttpClient client_;
};

/// Opens local folders, and buckets with these settings. Credentials are looked for when the first bucket
/// is asked for something. `cancellation` must outlive the stores.
StoreOpener make_store_opener(S3Settings settings, const Cancellation& cancellation);

}  // namespace starlift
