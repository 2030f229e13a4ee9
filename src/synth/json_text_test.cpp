#include "synth/json_text.h"

#include <gtest/gtest.h>

namespace starlift::synth {

namespace {

std::string to_json(std::string_view text, JsonStyle style) {
  std::string out;
  append_json_string(out, text, style);
  return out;
}

std::string decimal(int64_t value) {
  std::string out;
  append_hundred_thousandths(out, value);
  return out;
}

}  // namespace

TEST(JsonTextTest, EscapesWhatItMustAndWhatTheStyleAsksFor) {
  constexpr std::string_view kText = "a\"b\\c/é東🎸";
  EXPECT_EQ(to_json(kText, {}), R"("a\"b\\c/é東🎸")");
  EXPECT_EQ(to_json(kText, {.escape_slash = true}), R"("a\"b\\c\/é東🎸")");
  EXPECT_EQ(to_json(kText, {.escape_non_ascii = true}), R"("a\"b\\c/\u00e9\u6771\ud83c\udfb8")");
  EXPECT_EQ(to_json("", {}), R"("")");
}

TEST(JsonTextTest, WritesFractionsWithoutTrailingZeros) {
  EXPECT_EQ(decimal(26770240), "267.7024");
  EXPECT_EQ(decimal(24630812), "246.30812");
  EXPECT_EQ(decimal(100000), "1.0");
  EXPECT_EQ(decimal(0), "0.0");
  EXPECT_EQ(decimal(-12714), "-0.12714");
  EXPECT_EQ(decimal(-7950000), "-79.5");
  EXPECT_EQ(decimal(5), "0.00005");
}

}  // namespace starlift::synth
