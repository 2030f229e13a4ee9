#include "net/uri.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace starlift {
namespace {

TEST(Uri, EncodesAllButUnreservedInUpperCase) {
  EXPECT_EQ(uri_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(uri_encode(" +/=&?#%'()*!"), "%20%2B%2F%3D%26%3F%23%25%27%28%29%2A%21");
  EXPECT_EQ(uri_encode("ö"), "%C3%B6");
  EXPECT_EQ(uri_encode(std::string_view("\0\xff", 2)), "%00%FF");
}

TEST(Uri, LeavesPathsUnnormalised) {
  EXPECT_EQ(uri_encode_path("a//b/../c/./d +.json"), "a//b/../c/./d%20%2B.json");
}

TEST(Uri, DecodesWhatItEncodes) {
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  EXPECT_EQ(uri_decode(uri_encode(all)), all);
  EXPECT_EQ(uri_decode("%c3%B6"), "ö");
  EXPECT_EQ(uri_decode("%4"), std::nullopt);
  EXPECT_EQ(uri_decode("%zz"), std::nullopt);
}

TEST(Uri, SortsQueriesByNameThenValueAfterEncoding) {
  EXPECT_EQ(encode_query({{"b", ""}, {"a", "2"}, {"a", "1"}, {"a b", "=/"}}), "a=1&a=2&a%20b=%3D%2F&b=");
}

TEST(Uri, ShowsNeitherQueriesNorPasswords) {
  EXPECT_EQ(without_secrets("https://host:1/a/b"), "https://host:1/a/b");
  EXPECT_EQ(without_secrets("https://host/a?X-Amz-Signature=secret"), "https://host/a?...");
  EXPECT_EQ(without_secrets("host?secret#secret"), "host?...");
  EXPECT_EQ(without_secrets("https://key:secret@host/a"), "https://...@host/a");
  EXPECT_EQ(without_secrets("s3://key:sec/ret@sec/ret@bucket/a?secret"), "s3://...@bucket/a?...");
  EXPECT_EQ(without_secrets("https://key:sec?ret@host/a"), "https://...");
  EXPECT_EQ(without_secrets("https://host/a?token=secret@secret"), "https://...");
  EXPECT_EQ(without_secrets(""), "");
}

TEST(Endpoint, HasTlsUnlessHttpIsWritten) {
  EXPECT_EQ(parse_endpoint("s3.example.com").origin(), "https://s3.example.com");
  EXPECT_EQ(parse_endpoint("https://s3.example.com:9000/").origin(), "https://s3.example.com:9000");
  EXPECT_EQ(parse_endpoint("http://localhost:9000").origin(), "http://localhost:9000");
}

TEST(Endpoint, LeavesTheSchemesOwnPortOut) {
  EXPECT_EQ(parse_endpoint("https://a:443").authority, "a");
  EXPECT_EQ(parse_endpoint("http://a:80").authority, "a");
  EXPECT_EQ(parse_endpoint("http://a:443").authority, "a:443");
}

TEST(Endpoint, KnowsItsHost) {
  EXPECT_EQ(parse_endpoint("http://a:1").host(), "a");
  EXPECT_EQ(parse_endpoint("http://[::1]:1").host(), "[::1]");
  EXPECT_EQ(parse_endpoint("http://[::1]").host(), "[::1]");
}

TEST(Endpoint, RefusesWhatNamesMoreThanAHost) {
  for (const char* text : {"", "https://", "https://a/b", "a?b", "user:secret@a", "a b", "a\r\nb"})
    EXPECT_THROW(parse_endpoint(text), Error) << text;
}

TEST(Endpoint, DoesNotRepeatCredentialsThatItRefuses) {
  EXPECT_THAT(
      [] { parse_endpoint("https://key:secret@host"); },
      testing::ThrowsMessage<Error>(testing::AllOf(testing::HasSubstr("@host"), testing::HasSubstr("[AWS]"),
                                                   testing::Not(testing::HasSubstr("secret")))));
  for (const char* text : {"https://host/?X-Amz-Signature=secret", "https://key:secret@host/?token=secret",
                           "https://host/a@b?X-Amz-Signature=secret"}) {
    EXPECT_THAT([&] { parse_endpoint(text); },
                testing::ThrowsMessage<Error>(testing::Not(testing::HasSubstr("secret"))));
  }
}

}  // namespace
}  // namespace starlift
