#pragma once

#include <string>
#include <string_view>

#include "net/http_message.h"

namespace starlift {

/// What a service said of a request that it refused.
struct AwsError {
  std::string code;  ///< "AccessDenied"; empty when the answer names none
  std::string message;
  std::string request_id;  ///< what AWS's support asks for
};

/// Reads `<Error>` (S3), `<Response><Errors><Error>` (EC2) or `<ErrorResponse><Error>` (the other services
/// that answer in XML). An answer to HEAD has no body, so its code stays empty.
AwsError parse_aws_error(const HttpResponse& response);

/// Says what came instead of success, in one line: "403 AccessDenied: Access Denied (request
/// 4442587FB7D0A2F9)", or how the connection failed. The request's secrets are not repeated.
std::string describe_failure(const HttpResponse& response);

}  // namespace starlift
