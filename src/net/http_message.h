#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/secret.h"
#include "net/uri.h"

namespace starlift {

/// Names in lower case.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// A request as HttpClient sends it: nothing is added but what HTTP itself needs, nothing is normalised.
struct HttpRequest {
  std::string method = "GET";
  Endpoint endpoint;
  std::string path = "/";  ///< encoded
  QueryParameters query;   ///< not encoded
  HttpHeaders headers;     ///< without host, which is the endpoint's authority
  std::string body;
  /// An answer that is longer is a failure: no server decides how much memory is used.
  size_t max_answer_bytes = 16 << 20;
  bool bypasses_proxy = false;  ///< for addresses that only this machine can reach
  /// What this request carries and an answer may repeat, but nobody shall see.
  std::vector<Secret> secrets;
};

/// What came back, or why nothing did.
struct HttpResponse {
  enum class Failure {
    kNone,          ///< the answer is whole: status, headers and body as long as announced
    kUnreachable,   ///< no name, no connection
    kBroken,        ///< the connection ended, stalled or made no sense before the answer was whole
    kUntrusted,     ///< the server's certificate does not hold
    kAnswerTooBig,  ///< larger than the request allows
    kNotSent,       ///< `error` says why
  };
  Failure failure = Failure::kNone;
  std::string failure_text;  ///< what exactly, for people
  int status = 0;            ///< 0 when no status line came
  std::string header_lines;  ///< as they came
  std::string body;
  std::chrono::microseconds
      waited{};  ///< from sending the request, on an open connection, to the whole answer
  std::exception_ptr error;
  std::vector<Secret> secrets;  ///< the request's

  bool is_success() const { return failure == Failure::kNone && status >= 200 && status < 300; }
  /// Returns the value of a header (name in lower case); the last when there are several.
  std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace starlift
