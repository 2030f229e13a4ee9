#include "storage/s3_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/process.h"
#include "base/text.h"
#include "net/aws_error.h"

namespace starlift {

namespace {

using Failure = HttpResponse::Failure;

constexpr const char* kWhereKeysAre =
    "check [AWS] KEY and SECRET in dwh.cfg, or the environment or profile that they come from";

struct KnownError {
  std::string_view code;
  std::string_view remedy;
};

constexpr std::array kKnownErrors = {
    KnownError{"NoSuchBucket", "check the bucket's name, and [S3] ENDPOINT if it is not AWS's"},
    KnownError{"InvalidBucketName", "check the bucket's name"},
    KnownError{"NoSuchKey", "it is not there any more"},
    KnownError{"InvalidAccessKeyId", kWhereKeysAre},
    KnownError{"SignatureDoesNotMatch", kWhereKeysAre},
    KnownError{"InvalidToken", kWhereKeysAre},
    KnownError{"ExpiredToken", "the session token is too old; log in again"},
    KnownError{"TokenRefreshRequired", "the session token is too old; log in again"},
    KnownError{"InvalidObjectState",
               "the object is in an archive class; restore it first, or move it elsewhere"},
    KnownError{"PermanentRedirect", "the bucket is in another region; set [S3] REGION to it"},
    KnownError{"AuthorizationHeaderMalformed", "the bucket is in another region; set [S3] REGION to it"},
    KnownError{"SlowDown", "the store stays overloaded; try again later"},
};

std::string remedy_of_refused_connection(const S3Failure& request, Failure failure) {
  switch (failure) {
    case Failure::kUnreachable:
      if (request.has_endpoint)
        return "check [S3] ENDPOINT and the network; http:// has to be written where there is no TLS";
      return fmt::format(
          "check the network; is {} ([S3] REGION, else AWS_REGION or the profile's) a region of AWS's? A "
          "store that is not AWS's needs [S3] ENDPOINT",
          request.region);
    case Failure::kUntrusted:
      return "AWS_CA_BUNDLE names a file of certificates to trust instead of the system's";
    case Failure::kAnswerTooBig:
      return "does [S3] ENDPOINT name an S3 store?";
    default:
      return "it was tried several times; try again later";
  }
}

std::string remedy_of_denial(const S3Failure& failure) {
  if (failure.is_anonymous) return "it is not public; take ANONYMOUS out of [AWS] and give credentials";
  return fmt::format(
      "are these the right credentials ([AWS] KEY and SECRET, or the environment's or profile's)? They need "
      "s3:ListBucket on arn:aws:s3:::{0} and s3:GetObject on "
      "arn:aws:s3:::{0}/* (s3:PutObject to write)",
      failure.bucket);
}

std::string describe_clock(const HttpResponse& response) {
  return fmt::format(
      "the clock of this machine is wrong: it says {} UTC, and the server's Date is {}; set the clock",
      format_time(now_us()), response.header("date").value_or("not given"));
}

std::string remedy_of(const S3Failure& failure, const HttpResponse& response, const std::string& code) {
  auto known = std::find_if(kKnownErrors.begin(), kKnownErrors.end(),
                            [&](const KnownError& candidate) { return candidate.code == code; });
  if (known != kKnownErrors.end()) return std::string(known->remedy);
  switch (response.status) {
    case 301:
    case 307:
      return fmt::format("the bucket is not in {}; set [S3] REGION", failure.region);
    case 401:
    case 403:
      return remedy_of_denial(failure);
    case 404:
      return "it is not there; check the name, and [S3] ENDPOINT if it is not AWS's";
    default:
      return response.status >= 500 ? "it was tried several times; try again later" : "";
  }
}

}  // namespace

std::string explain_failure(const S3Failure& failure, const HttpResponse& response) {
  std::string cause = describe_failure(response);
  if (response.failure != Failure::kNone)
    return fmt::format("{}: {}; {}", failure.host, cause,
                       remedy_of_refused_connection(failure, response.failure));
  std::string code = parse_aws_error(response).code;
  if (code == "RequestTimeTooSkewed") return describe_clock(response);
  std::string remedy = remedy_of(failure, response, code);
  return fmt::format("{} answers {}{}{}", failure.host, cause, remedy.empty() ? "" : "; ", remedy);
}

}  // namespace starlift
