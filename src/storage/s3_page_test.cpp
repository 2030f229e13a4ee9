#include "storage/s3_page.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string listing(const std::string& inner, const std::string& encoding = "url") {
  return "<ListBucketResult><EncodingType>" + encoding + "</EncodingType>" + inner + "</ListBucketResult>";
}

std::string contents(const std::string& key) {
  return "<Contents><Key>" + key +
         "</Key><LastModified>2018-11-01T21:01:46.796Z</LastModified>"
         "<ETag>&quot;abc&quot;</ETag><Size>300</Size></Contents>";
}

std::string refusal(const std::string& xml) {
  try {
    parse_s3_page(xml, "s3://b/p");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(S3Page, ReadsObjectsPrefixesAndHowToGoOn) {
  S3Page page = parse_s3_page(
      listing(contents("a+b%2B%25%0A") + contents("b") +
              "<CommonPrefixes><Prefix>c+d/</Prefix></CommonPrefixes>"
              "<IsTruncated>true</IsTruncated><NextContinuationToken>1+/=</NextContinuationToken>"),
      "");
  ASSERT_EQ(page.objects.size(), 2u);
  EXPECT_EQ(page.objects[0].key, "a b+%\n");
  EXPECT_EQ(page.objects[0].size_bytes, 300u);
  EXPECT_EQ(page.objects[0].modified_us, 1541106106796000);
  EXPECT_EQ(page.objects[0].etag, "\"abc\"");
  EXPECT_THAT(page.common_prefixes, ElementsAre("c d/"));
  EXPECT_TRUE(page.is_truncated);
  EXPECT_EQ(page.continuation_token, "1+/=");
}

TEST(S3Page, TakesKeysAsTheyAreFromStoresThatDoNotEncode) {
  EXPECT_EQ(parse_s3_page(listing(contents("a+b%2B"), ""), "").objects[0].key, "a+b%2B");
}

TEST(S3Page, RefusesWhatIsNoListing) {
  EXPECT_THAT(refusal("<html/>"), HasSubstr("cannot list s3://b/p: the answer is no listing"));
  EXPECT_THAT(refusal(listing("<Contents><Key>a</Key><Size>-1</Size></Contents>")), HasSubstr("size"));
  EXPECT_THAT(refusal(listing(contents("%zz"))), HasSubstr("makes no sense"));
  EXPECT_THAT(refusal(listing(contents("%FF"))), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(listing("<IsTruncated>true</IsTruncated>")), HasSubstr("breaks off"));
}

TEST(S3Page, RefusesKeysOutOfOrder) {
  EXPECT_THAT(refusal(listing(contents("b") + contents("a"))), HasSubstr("in order"));
  EXPECT_THAT(refusal(listing(contents("a") + contents("a"))), HasSubstr("in order"));
}

}  // namespace
}  // namespace starlift
