#include "sql/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace starlift {
namespace {

using testing::ElementsAre;
using enum TokenKind;

/// The tokens that are not space, as kind and text.
std::vector<std::pair<TokenKind, std::string>> words(std::string_view sql) {
  std::vector<std::pair<TokenKind, std::string>> words;
  for (const auto& token : tokenize(sql)) {
    if (token.kind != kSpace) words.emplace_back(token.kind, token.text);
  }
  return words;
}

auto is(TokenKind kind, std::string text) {
  return testing::Pair(kind, std::move(text));
}

TEST(TokenizeTest, KnowsEveryKind) {
  EXPECT_THAT(words(R"(select "Net", 'it' + 1.5)"),
              ElementsAre(is(kIdentifier, "select"), is(kQuotedIdentifier, "\"Net\""), is(kSymbol, ","),
                          is(kLiteral, "'it'"), is(kSymbol, "+"), is(kNumber, "1.5")));
}

TEST(TokenizeTest, NamesHoldDigitsDollarsAndUnicode) {
  EXPECT_THAT(words("_a1$ größe"), ElementsAre(is(kIdentifier, "_a1$"), is(kIdentifier, "größe")));
}

TEST(TokenizeTest, QualifiedNamesAreThreeTokens) {
  EXPECT_THAT(words("staging.orders"),
              ElementsAre(is(kIdentifier, "staging"), is(kSymbol, "."), is(kIdentifier, "orders")));
}

TEST(TokenizeTest, DoubledQuotesStayInside) {
  EXPECT_THAT(words("'it''s' 'a'"), ElementsAre(is(kLiteral, "'it''s'"), is(kLiteral, "'a'")));
  EXPECT_THAT(words(R"("a""b"."c")"), ElementsAre(is(kQuotedIdentifier, "\"a\"\"b\""), is(kSymbol, "."),
                                                  is(kQuotedIdentifier, "\"c\"")));
}

TEST(TokenizeTest, BackslashesEscapeNothing) {
  EXPECT_THAT(words(R"('\' x)"), ElementsAre(is(kLiteral, R"('\')"), is(kIdentifier, "x")));
}

TEST(TokenizeTest, LiteralsHideCommentsAndCommentsHideLiterals) {
  EXPECT_THAT(words("'-- /*' a"), ElementsAre(is(kLiteral, "'-- /*'"), is(kIdentifier, "a")));
  EXPECT_THAT(words("-- it's\na /* don't */ b"), ElementsAre(is(kIdentifier, "a"), is(kIdentifier, "b")));
}

TEST(TokenizeTest, BlockCommentsNest) {
  EXPECT_THAT(words("a /* b /* c */ d */ e"), ElementsAre(is(kIdentifier, "a"), is(kIdentifier, "e")));
}

TEST(TokenizeTest, SpaceAndCommentsThatTouchAreOneToken) {
  auto tokens = tokenize("a -- one\n /* two */ b");
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[1].kind, kSpace);
  EXPECT_EQ(tokens[1].text, " -- one\n /* two */ ");
  EXPECT_EQ(tokens[2].offset, 20u);
}

TEST(TokenizeTest, Numbers) {
  for (std::string number : {"0", "42", "1.5", "1.", ".5", "1e3", "1.5E-3", "2e+10"}) {
    EXPECT_THAT(words(number), ElementsAre(is(kNumber, number)));
  }
  EXPECT_THAT(words("1e"), ElementsAre(is(kNumber, "1"), is(kIdentifier, "e")));
  EXPECT_THAT(words("1-2"), ElementsAre(is(kNumber, "1"), is(kSymbol, "-"), is(kNumber, "2")));
}

TEST(TokenizeTest, OperatorsOfTwoCharactersAreTwoSymbols) {
  EXPECT_THAT(words("a::b"),
              ElementsAre(is(kIdentifier, "a"), is(kSymbol, ":"), is(kSymbol, ":"), is(kIdentifier, "b")));
  EXPECT_THAT(words("-/*"), ElementsAre(is(kSymbol, "-")));
}

TEST(TokenizeTest, WhatIsNotTerminatedRunsToTheEnd) {
  EXPECT_THAT(words("'a ; b"), ElementsAre(is(kLiteral, "'a ; b")));
  EXPECT_THAT(words("\"a ; b"), ElementsAre(is(kQuotedIdentifier, "\"a ; b")));
  EXPECT_THAT(words("a /* b ; c"), ElementsAre(is(kIdentifier, "a")));
  EXPECT_THAT(words("a -- b"), ElementsAre(is(kIdentifier, "a")));
  EXPECT_THAT(words("'a''"), ElementsAre(is(kLiteral, "'a''")));
  EXPECT_THAT(words("/*/"), ElementsAre());
}

TEST(TokenizeTest, TokensJoinedAreTheText) {
  using namespace std::string_view_literals;
  for (auto sql : {""sv, "select a.b, 'x''y' from t -- end"sv, "/* a /* b */"sv, "a\0b"sv, "\xff'\xc3"sv,
                   "'''"sv, "*/ ;;"sv}) {
    std::string joined;
    for (const auto& token : tokenize(sql)) {
      EXPECT_EQ(token.offset, joined.size());
      EXPECT_FALSE(token.text.empty());
      joined += token.text;
    }
    EXPECT_EQ(joined, sql);
  }
}

TEST(TokenTest, WordsAreComparedWithoutCaseAndNeverQuoted) {
  EXPECT_TRUE(tokenize("SeLeCt")[0].is_word("select"));
  EXPECT_FALSE(tokenize("selects")[0].is_word("select"));
  EXPECT_FALSE(tokenize("\"select\"")[0].is_word("select"));
  EXPECT_FALSE(tokenize("'select'")[0].is_word("select"));
}

TEST(TokenTest, SymbolsAreOnlySymbols) {
  EXPECT_TRUE(tokenize(";")[0].is_symbol(';'));
  EXPECT_FALSE(tokenize("';'")[0].is_symbol(';'));
  EXPECT_FALSE(tokenize(",")[0].is_symbol(';'));
}

}  // namespace
}  // namespace starlift
