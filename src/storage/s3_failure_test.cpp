#include "storage/s3_failure.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Failure = HttpResponse::Failure;

const S3Failure kRequest{.bucket = "b", .key = "k", .host = "s3.example", .region = "us-east-1"};

HttpResponse refused(int status, const std::string& code, const std::string& message = "so it is") {
  return {.status = status,
          .header_lines = "x-amz-request-id: 42\r\n",
          .body = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>"};
}

TEST(S3Failure, NamesCauseRequestAndRemedy) {
  EXPECT_EQ(explain_failure(kRequest, refused(404, "NoSuchBucket")),
            "s3.example answers 404 NoSuchBucket: so it is (request 42); check the bucket's name, and [S3] "
            "ENDPOINT if "
            "it is not AWS's");
}

TEST(S3Failure, HasARemedyForWhatUsersMeet) {
  auto explained = [](int status, const char* code) {
    return explain_failure(kRequest, refused(status, code));
  };
  EXPECT_THAT(explained(403, "InvalidAccessKeyId"), HasSubstr("[AWS] KEY"));
  EXPECT_THAT(explained(403, "SignatureDoesNotMatch"), HasSubstr("[AWS] KEY"));
  EXPECT_THAT(explained(400, "ExpiredToken"), HasSubstr("log in again"));
  EXPECT_THAT(explained(403, "InvalidObjectState"), HasSubstr("restore it"));
  EXPECT_THAT(explained(403, "AccessDenied"),
              AllOf(HasSubstr("s3:ListBucket"), HasSubstr("arn:aws:s3:::b/*")));
  EXPECT_THAT(explained(301, "Whatever"), HasSubstr("[S3] REGION"));
  EXPECT_THAT(explained(500, "InternalError"), HasSubstr("try again later"));
  S3Failure anonymous = kRequest;
  anonymous.is_anonymous = true;
  EXPECT_THAT(explain_failure(anonymous, refused(403, "AccessDenied")), HasSubstr("ANONYMOUS"));
}

TEST(S3Failure, SaysHowTheConnectionFailed) {
  S3Failure request = kRequest;
  auto explained = [&request](Failure failure) {
    return explain_failure(request, {.failure = failure, .failure_text = "why"});
  };
  EXPECT_THAT(explained(Failure::kUnreachable), HasSubstr("is us-east-1 ([S3] REGION"));
  request.has_endpoint = true;
  EXPECT_THAT(explained(Failure::kUnreachable),
              AllOf(HasSubstr("s3.example: why"), HasSubstr("check [S3] ENDPOINT")));
  EXPECT_THAT(explained(Failure::kUntrusted), HasSubstr("AWS_CA_BUNDLE"));
}

TEST(S3Failure, RepeatsNoSecretThatAServerSays) {
  HttpResponse response = refused(403, "Denied", std::string(290, 'x') + " token/+1 token%2F%2B1");
  response.secrets.emplace_back("token/+1");
  EXPECT_THAT(explain_failure(kRequest, response), testing::Not(HasSubstr("token")));
}

TEST(S3Failure, ShowsWhatAServerSaysOnOneShortLine) {
  std::string shown = explain_failure(kRequest, refused(400, "A\nB", "x\x7f" + std::string(10'000, 'y')));
  EXPECT_THAT(shown, HasSubstr("400 A B: x y"));
  EXPECT_LT(shown.size(), 500u);
}

}  // namespace
}  // namespace starlift
