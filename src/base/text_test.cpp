#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace starlift {
namespace {

TEST(Text, NearestNameFindsSlipsAndOnlySlips) {
  std::vector<std::string> names = {"LOG_DATA", "ORDER_DATA", "HOST", "DB_PORT"};
  EXPECT_EQ(nearest_name("LOGDATA", names), "LOG_DATA");
  EXPECT_EQ(nearest_name("log_date", names), "LOG_DATA");
  EXPECT_EQ(nearest_name("HOTS", names), "HOST");
  EXPECT_EQ(nearest_name("entirely_else", names), std::nullopt);
}

TEST(Text, Utf8IsJudgedByTheRfc) {
  for (const char* good : {"", "plain", "é", "宇", "😀", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

TEST(Text, APrefixNeverCutsACharacter) {
  EXPECT_EQ(utf8_prefix("aé", 2), "a");
  EXPECT_EQ(utf8_prefix("aé", 3), "aé");
  EXPECT_EQ(utf8_prefix("😀", 3), "");
}

TEST(Text, Base64) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xfe"), "//4=");
}

TEST(Text, JsonStringsAreEscaped) {
  EXPECT_EQ(to_json_string("a\"b\\c\n\x01é"), "\"a\\\"b\\\\c\\n\\u0001é\"");
  EXPECT_EQ(to_json_string("\xff"), "\"\xEF\xBF\xBD\"");
}

TEST(Text, SizesAreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_bytes("600MB"), 600'000'000u);
  EXPECT_EQ(parse_bytes(" 1.5 GiB "), 1'610'612'736u);
  EXPECT_EQ(parse_bytes("4096"), 4096u);
  for (const char* bad : {"", "MB", "12 parsecs", "-1GB", "nanB", "infGB", "1e300"})
    EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
}

TEST(Text, NumbersForPeople) {
  EXPECT_EQ(format_count(385252), "385,252");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_duration(0.4213), "0.42 s");
  EXPECT_EQ(format_duration(185), "3 min 05 s");
}

}  // namespace
}  // namespace starlift
