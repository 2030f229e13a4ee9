#include "storage/location.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Location, IsAFolderOrABucketWithAPrefix) {
  EXPECT_EQ(to_string(parse_location("folder/a?b@c")), "folder/a?b@c");
  EXPECT_EQ(to_string(parse_location("file:///folder")), "/folder");
  EXPECT_EQ(to_string(parse_location("file://localhost/folder")), "/folder");
  EXPECT_EQ(to_string(parse_location("s3://bucket")), "s3://bucket/");
  Location location = parse_location("s3://A.bucket_1-2/a:b@c/d?e");
  EXPECT_EQ(location.scheme, Location::Scheme::kS3);
  EXPECT_EQ(location.bucket, "A.bucket_1-2");
  EXPECT_EQ(location.path, "a:b@c/d?e");
}

std::string refusal(const std::string& text) {
  try {
    parse_location(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfiguration);
    return error.what();
  }
  return "";
}

TEST(Location, SaysWhatItRefuses) {
  EXPECT_THAT(refusal("gs://bucket/a"), HasSubstr("'gs://bucket/a' has the unknown scheme 'gs'"));
  EXPECT_THAT(refusal("s3:///a"), HasSubstr("names no bucket"));
  EXPECT_THAT(refusal("file://host/a"), HasSubstr("another host"));
}

TEST(Location, ShowsNoSecretThatItRefuses) {
  EXPECT_THAT(refusal("https://b.s3.amazonaws.com/x?X-Amz-Security-Token=secret"),
              AllOf(HasSubstr("https://b.s3.amazonaws.com/x?..."), Not(HasSubstr("secret"))));
  EXPECT_THAT(refusal("s3://KEY:secret@bucket/x"), AllOf(HasSubstr("[AWS]"), Not(HasSubstr("secret"))));
  EXPECT_THAT(refusal("s3://KEY:sec/ret@bucket/x"), Not(HasSubstr("sec/")));
  EXPECT_THAT(refusal("https://user:secret@host/x"), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal("file://user:secret@host/x"), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace starlift
