#include "net/sigv4.h"

#include <gmock/gmock.h>

#include "base/iso_time.h"

namespace starlift {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// AWS's Signature Version 4 test suite: the same key, time, region and service throughout.
const int64_t kTime = *parse_iso_timestamp("2015-08-30T12:36:00Z");
const Credentials kKey{.access_key_id = "AKIDEXAMPLE",
                       .secret_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                       .session_token = {},
                       .expires_us = {}};

std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& header : request.headers) {
    if (header.first == name) return header.second;
  }
  return "";
}

std::string authorization_of(HttpRequest request, const Credentials& credentials = kKey) {
  request.endpoint.authority = "example.amazonaws.com";
  RequestSigner("service", "us-east-1").sign(request, credentials, kTime);
  return header_of(request, "authorization");
}

TEST(Sigv4, GetVanilla) {
  EXPECT_EQ(authorization_of({}),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(Sigv4, GetVanillaQueryOrderKeyCase) {
  EXPECT_THAT(authorization_of({.query = {{"Param2", "value2"}, {"Param1", "value1"}}}),
              EndsWith("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"));
}

TEST(Sigv4, GetVanillaEmptyQueryKey) {
  EXPECT_THAT(authorization_of({.query = {{"Param1", "value1"}}}),
              EndsWith("a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"));
}

TEST(Sigv4, GetUtf8) {
  EXPECT_THAT(authorization_of({.path = "/" + uri_encode_path("ሴ")}),
              EndsWith("8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"));
}

TEST(Sigv4, PostVanilla) {
  EXPECT_THAT(authorization_of({.method = "POST"}),
              EndsWith("5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"));
}

TEST(Sigv4, PostXWwwFormUrlencoded) {
  auto authorization = authorization_of({.method = "POST",
                                         .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                                         .body = "Param1=value1"});
  EXPECT_THAT(authorization, HasSubstr("SignedHeaders=content-type;host;x-amz-date"));
  EXPECT_THAT(authorization, EndsWith("ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
}

TEST(Sigv4, PostStsHeaderBefore) {
  Credentials session = kKey;
  session.session_token = Secret(
      "AQoDYXdzEPT//////////"
      "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
      "qkPpKPi/"
      "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6"
      "d+"
      "xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/"
      "oLxBA==");
  auto authorization = authorization_of({.method = "POST"}, session);
  EXPECT_THAT(authorization, HasSubstr("SignedHeaders=host;x-amz-date;x-amz-security-token"));
  EXPECT_THAT(authorization, EndsWith("85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"));
}

// Amazon S3 API Reference, "Signature calculations: transferring payload in a single chunk".
TEST(Sigv4, S3GetObjectWithRange) {
  Credentials key{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                  .secret_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                  .session_token = {},
                  .expires_us = {}};
  HttpRequest request{.path = "/test.txt", .headers = {{"range", "bytes=0-9"}}};
  request.endpoint.authority = "examplebucket.s3.amazonaws.com";
  RequestSigner("s3", "us-east-1").sign(request, key, *parse_iso_timestamp("2013-05-24T00:00:00Z"));
  EXPECT_THAT(header_of(request, "authorization"),
              EndsWith("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  EXPECT_EQ(header_of(request, "x-amz-content-sha256"),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sigv4, HeadersAreSortedByNameAlone) {
  EXPECT_THAT(authorization_of({.headers = {{"x-amz-meta-a-b", "1"}, {"x-amz-meta-a", "2"}}}),
              HasSubstr("x-amz-meta-a;x-amz-meta-a-b"));
}

TEST(Sigv4, AKeyOfAnotherDayOrPersonIsNotReused) {
  RequestSigner signer("service", "us-east-1");
  auto sign = [&](const Credentials& credentials, int64_t time) {
    HttpRequest request;
    request.endpoint.authority = "example.amazonaws.com";
    signer.sign(request, credentials, time);
    return header_of(request, "authorization");
  };
  Credentials other = kKey;
  other.secret_key = Secret("another");
  std::string first = sign(kKey, kTime);
  EXPECT_NE(sign(other, kTime), first);
  sign(kKey, kTime + 86'400'000'000);
  EXPECT_EQ(sign(kKey, kTime), first);
}

TEST(Sigv4, AnonymousRequestsStayUnsigned) {
  HttpRequest request;
  RequestSigner("s3", "us-east-1").sign(request, {}, kTime);
  EXPECT_TRUE(request.headers.empty());
}

TEST(Secret, IsNotShown) {
  EXPECT_EQ(fmt::format("{}", Secret("hunter2")), "[secret]");
}

}  // namespace
}  // namespace starlift
