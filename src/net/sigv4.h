#pragma once

#include <mutex>
#include <string>

#include "net/credentials.h"
#include "net/digest.h"
#include "net/http_message.h"

namespace starlift {

/// Signs requests with AWS Signature Version 4 (AWS General Reference, "Create a signed AWS API request").
///
/// Signed are all headers that the request has, its host and the hash of its body. The key of the day is
/// kept, which makes a signature cost some microseconds. Thread-safe.
class RequestSigner {
 public:
  RequestSigner(std::string service, std::string region);

  /// Adds the headers x-amz-date, authorization and, as needed, x-amz-security-token and
  /// x-amz-content-sha256 (S3 only; a value that is there already is kept, for example UNSIGNED-PAYLOAD).
  /// The token becomes one of the request's secrets. Sign last: what is changed afterwards is refused by the
  /// server. Anonymous requests stay unsigned.
  void sign(HttpRequest& request, const Credentials& credentials, int64_t time_us);

 private:
  Sha256 day_key(const Secret& secret_key, const std::string& day);

  std::string service_;
  std::string region_;
  std::mutex mutex_;  ///< guards what follows
  Secret cached_secret_;
  std::string cached_day_;
  Sha256 cached_key_{};
};

}  // namespace starlift
