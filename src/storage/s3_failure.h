#pragma once

#include <string>

#include "net/http_message.h"

namespace starlift {

/// A request that failed for good.
struct S3Failure {
  std::string bucket;
  std::string key;  ///< empty: the bucket itself
  std::string host;
  std::string region;
  bool has_endpoint = false;  ///< one of its own: not AWS's
  bool is_anonymous = false;
};

/// Says what caused it and what to do about it (Amazon S3 API Reference, "Error responses").
std::string explain_failure(const S3Failure& failure, const HttpResponse& response);

}  // namespace starlift
