#include "storage/object_checksum.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

ChecksumVerdict verdict(const std::string& header, const std::string& body = "123456789") {
  return verify_checksum({.status = 200, .header_lines = header + "\r\n", .body = body});
}

// The check values of the CRC catalogue (reveng.sourceforge.io), for "123456789", and FIPS 180's digests of
// it.
TEST(ObjectChecksum, KnowsEveryAlgorithmOfS3) {
  for (const char* header : {
           "x-amz-checksum-crc32: y/Q5Jg==",
           "x-amz-checksum-crc32c: 4waSgw==",
           "x-amz-checksum-crc64nvme: rosUhgp5mIg=",
           "x-amz-checksum-sha1: 98O8HYCOBHMq32eZZczDTKeuNEE=",
           "x-amz-checksum-sha256: FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
       }) {
    EXPECT_EQ(verdict(header), ChecksumVerdict::kRight) << header;
    EXPECT_EQ(verdict(header, "123456780"), ChecksumVerdict::kWrong) << header;
  }
}

TEST(ObjectChecksum, PassesOverWhatItCannotJudge) {
  EXPECT_EQ(verdict("x-amz-checksum-crc32: y/Q5Jg==-3"), ChecksumVerdict::kNone);
  EXPECT_EQ(verdict("x-amz-checksum-md7: abc"), ChecksumVerdict::kNone);
}

TEST(ObjectChecksum, KnowsTheFormOfAnMd5) {
  EXPECT_TRUE(looks_like_md5("d41d8cd98f00b204e9800998ecf8427e"));
  EXPECT_FALSE(looks_like_md5("d41d8cd98f00b204e9800998ecf8427e-3"));
  EXPECT_FALSE(looks_like_md5(""));
}

}  // namespace
}  // namespace starlift
