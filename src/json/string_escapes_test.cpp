#include "json/string_escapes.h"

#include <gtest/gtest.h>

#include <string>

namespace starlift {
namespace {

std::string text_of(std::string_view literal) {
  std::string text(literal.size(), '?');
  auto result = unescape(literal, text.data());
  EXPECT_EQ(result.fault, EscapeFault::kNone) << literal;
  text.resize(result.size_bytes);
  return text;
}

TEST(UnescapeTest, ReadsEveryEscape) {
  EXPECT_EQ(text_of(""), "");
  EXPECT_EQ(text_of("plain"), "plain");
  EXPECT_EQ(text_of(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(text_of(R"(a\/b\/)"), "a/b/");
  EXPECT_EQ(text_of(R"(\\u0041)"), "\\u0041");
  EXPECT_EQ(text_of(R"(\u0041\u007f)"), "A\x7f");
  EXPECT_EQ(text_of(R"(\u0080\u00e9\u07FF)"), "\xC2\x80\xC3\xA9\xDF\xBF");
  EXPECT_EQ(text_of(R"(\u0800\u20ac\uFFFF)"), "\xE0\xA0\x80\xE2\x82\xAC\xEF\xBF\xBF");
  EXPECT_EQ(text_of(R"(\uD83D\uDE00)"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(text_of(R"(\ud800\udc00\uDBFF\uDFFF)"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  EXPECT_EQ(text_of(R"(\u0000)"), std::string(1, '\0'));
}

TEST(UnescapeTest, KeepsBytesAsTheyAre) {
  EXPECT_EQ(text_of("\xC3\xA9\\n\xF0\x9F\x98\x80"), "\xC3\xA9\n\xF0\x9F\x98\x80");
}

struct FaultCase {
  std::string literal;
  EscapeFault fault;
  size_t position;
};

TEST(UnescapeTest, FindsTheEscapeAtFault) {
  const FaultCase kCases[] = {
      {R"(\x)", EscapeFault::kBadEscape, 0},
      {R"(ab\)", EscapeFault::kBadEscape, 2},
      {R"(ok\n\u12)", EscapeFault::kBadEscape, 4},
      {R"(\u12G4)", EscapeFault::kBadEscape, 0},
      {R"(\U0041)", EscapeFault::kBadEscape, 0},
      {std::string("\\\0", 2), EscapeFault::kBadEscape, 0},
      {R"(\ud83d)", EscapeFault::kLoneSurrogate, 0},
      {R"(a\ud83dx)", EscapeFault::kLoneSurrogate, 1},
      {R"(\ude00)", EscapeFault::kLoneSurrogate, 0},
      {R"(\ud83d\ud83d)", EscapeFault::kLoneSurrogate, 0},
      {R"(\udc00\udc00)", EscapeFault::kLoneSurrogate, 0},
      {R"(\ud83d\u0041)", EscapeFault::kLoneSurrogate, 0},
      {R"(\ud83d\n)", EscapeFault::kLoneSurrogate, 0},
      {R"(\uD83D\uDE00\uDE00)", EscapeFault::kLoneSurrogate, 12},
  };
  for (const auto& [literal, fault, position] : kCases) {
    std::string out(literal.size(), '?');
    auto result = unescape(literal, out.data());
    EXPECT_EQ(result.fault, fault) << literal;
    EXPECT_EQ(result.fault_position, position) << literal;
  }
}

}  // namespace
}  // namespace starlift
