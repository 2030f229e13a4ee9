#include "json/structure_scanner.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <ostream>
#include <random>
#include <string>

#include "base/text.h"

namespace starlift {
namespace {

using Verdict = StructureScanner::Verdict;

struct Scan {
  Verdict verdict;
  size_t position;
  std::string complaint;
};

/// Scans `text` in pieces of `piece_bytes`; positions count from its front.
Scan scan(std::string_view text, size_t piece_bytes) {
  static StructureScanner scanner;
  scanner.start();
  for (size_t begin = 0; begin < text.size(); begin += piece_bytes) {
    auto [verdict, position] = scanner.scan(text.substr(begin, piece_bytes));
    if (verdict == Verdict::kIncomplete) continue;
    return {verdict, begin + position,
            std::string(verdict == Verdict::kViolation ? scanner.complaint() : "")};
  }
  if (scanner.is_complete_at_end()) return {Verdict::kComplete, text.size(), ""};
  return {Verdict::kIncomplete, text.size(), ""};
}

constexpr size_t kPieces[] = {1, 2, 3, 7, SIZE_MAX / 2};

class WholeValue : public testing::TestWithParam<const char*> {};

TEST_P(WholeValue, EndsWhereItEndsWhateverFollows) {
  std::string value = GetParam();
  bool is_number = value.back() >= '0' && value.back() <= '9';
  for (std::string rest : {"", " ", "\n{\"x\":1}", "{", "]", ",", "\"", "x"}) {
    for (size_t piece : kPieces) {
      auto result = scan(value + rest, piece);
      EXPECT_EQ(result.verdict, Verdict::kComplete) << value << rest;
      EXPECT_EQ(result.position, value.size()) << value << rest;
    }
  }
  if (is_number) return;
  for (size_t size = 0; size < value.size(); ++size) {
    EXPECT_EQ(scan(value.substr(0, size), 3).verdict, Verdict::kIncomplete) << value.substr(0, size);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rfc8259, WholeValue,
    testing::Values("{}", "[]", "{ }", "[\t]", R"("")", "null", "true", "false", "0", "-0", "12", "-7.25",
                    "1e5", "1E+5", "0.1e-22", "10.0E0", R"({"a":1})", R"({"a" : 1 , "b" : [ 1 , 2 ] })",
                    R"({"a":{"b":{"c":[[],[{}]]}}})", R"([1,"a",null,true,false,{"a":1},[2]])",
                    R"("\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00")", R"("\ud83d")", R"({"\u0061":"}{]["})",
                    "{\"a\":\r\n\t 1\n}", "\"\x7f \xC3\xA9 \xFF\"", R"({"":""})", R"({"a":"\\"})",
                    R"({"a":"\\\""})",
                    R"({"long key of many bytes":"long value of many bytes, \" escaped"})"));

struct Broken {
  std::string text;
  size_t position;
  const char* complaint;
};

/// What a test is named after; without this its bytes are printed.
void PrintTo(const Broken& broken,
             std::ostream* out) {  // NOLINT(readability-identifier-naming): gtest calls it
  *out << to_json_string(broken.text) << ": " << broken.complaint;
}

class BrokenValue : public testing::TestWithParam<Broken> {};

TEST_P(BrokenValue, IsFoundAtTheFirstByteThatDoesNotFit) {
  const auto& [text, position, complaint] = GetParam();
  for (size_t piece : kPieces) {
    auto result = scan(text + "\n{\"x\":1}", piece);
    EXPECT_EQ(result.verdict, Verdict::kViolation) << text;
    EXPECT_EQ(result.position, position) << text;
    EXPECT_EQ(result.complaint, complaint) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Values, BrokenValue,
    testing::Values(Broken{"}", 0, "a value is expected"}, Broken{",", 0, "a value is expected"},
                    Broken{"'a'", 0, "a value is expected"}, Broken{"+1", 0, "a value is expected"},
                    Broken{".5", 0, "a value is expected"}, Broken{"NaN", 0, "a value is expected"},
                    Broken{"{\"a\":}", 5, "a value is expected"}, Broken{"[1,]", 3, "a value is expected"},
                    Broken{"[,1]", 1, "a value or ] is expected"},
                    Broken{"[}", 1, "a value or ] is expected"}, Broken{"\x01", 0, "a value is expected"},
                    Broken{std::string(1, '\0'), 0, "a value is expected"}));

INSTANTIATE_TEST_SUITE_P(
    Objects, BrokenValue,
    testing::Values(
        Broken{"{a:1}", 1, "a key or } is expected"}, Broken{"{]", 1, "a key or } is expected"},
        Broken{"{,", 1, "a key or } is expected"}, Broken{"{\"a\":1,}", 7, "a key is expected"},
        Broken{"{\"a\" 1}", 5, "a colon is expected"}, Broken{"{\"a\"}", 4, "a colon is expected"},
        Broken{"{\"a\":1 \"b\":2}", 7, "a comma or } is expected"},
        Broken{"{\"a\":1]", 6, "a comma or } is expected"}, Broken{"[1}", 2, "a comma or ] is expected"},
        Broken{"[1 2]", 3, "a comma or ] is expected"}, Broken{"{\"a\":[1}", 7, "a comma or ] is expected"},
        Broken{"{\"a\":1,", 8, "a key is expected"}, Broken{"{\"a\":1", 7, "a comma or } is expected"},
        Broken{"[\"a\"\v]", 4, "a comma or ] is expected"}));

INSTANTIATE_TEST_SUITE_P(
    Strings, BrokenValue,
    testing::Values(Broken{"\"a", 2, "a control character stands in a string"},
                    Broken{"\"a\tb\"", 2, "a control character stands in a string"},
                    Broken{"\"12345678\x1f\"", 9, "a control character stands in a string"},
                    Broken{std::string("\"a\0b\"", 5), 2, "a control character stands in a string"},
                    Broken{"\"\\x\"", 2, "JSON knows no such escape"},
                    Broken{std::string("\"\\\0\"", 4), 2, "JSON knows no such escape"},
                    Broken{"\"\\u12g4\"", 5, "\\u needs four hexadecimal digits"},
                    Broken{"\"\\u\"", 3, "\\u needs four hexadecimal digits"}));

INSTANTIATE_TEST_SUITE_P(
    WordsAndNumbers, BrokenValue,
    testing::Values(Broken{"nul", 3, "JSON knows no such word"}, Broken{"True", 0, "a value is expected"},
                    Broken{"trUe", 2, "JSON knows no such word"},
                    Broken{"falsy", 4, "JSON knows no such word"}, Broken{"-", 1, "a digit is expected"},
                    Broken{"-a", 1, "a digit is expected"}, Broken{"1.", 2, "a digit is expected"},
                    Broken{"1.e5", 2, "a digit is expected"}, Broken{"1e", 2, "a digit is expected"},
                    Broken{"1e+", 3, "a digit is expected"}, Broken{"[01]", 2, "a comma or ] is expected"},
                    Broken{"[-01]", 3, "a comma or ] is expected"},
                    Broken{"[0x1]", 2, "a comma or ] is expected"},
                    Broken{"[1.2.3]", 4, "a comma or ] is expected"},
                    Broken{"[1e5.0]", 4, "a comma or ] is expected"}));

TEST(StructureScannerTest, KnowsThatANumberMayEndWithTheContent) {
  EXPECT_EQ(scan("12", 1).verdict, Verdict::kComplete);
  for (auto text : {"-", "1.", "1e", "1e-", "[1", "{\"a\":1"}) {
    EXPECT_EQ(scan(text, 1).verdict, Verdict::kIncomplete) << text;
  }
}

TEST(StructureScannerTest, AllowsAsMuchNestingAsItSays) {
  std::string deep = std::string(kMaxNesting, '[') + std::string(kMaxNesting, ']');
  EXPECT_EQ(scan(deep, 1000).verdict, Verdict::kComplete);
  auto deeper = scan("[" + deep + "]", 1000);
  EXPECT_EQ(deeper.verdict, Verdict::kViolation);
  EXPECT_EQ(deeper.position, kMaxNesting);
  EXPECT_EQ(deeper.complaint, "it is nested deeper than 1,024 levels");
}

TEST(StructureScannerTest, StartsAfreshAfterAViolationInside) {
  StructureScanner scanner;
  scanner.start();
  EXPECT_EQ(scanner.scan(R"({"a":[{"b":x)").verdict, Verdict::kViolation);
  scanner.start();
  EXPECT_EQ(scanner.scan("{}").position, 2u);
}

/// simdjson's DOM parser takes whole texts and is strict; it refuses numbers that no double holds and
/// lone surrogates, so that the texts here have neither.
TEST(StructureScannerTest, AgreesWithSimdjsonOnDamagedTexts) {
  const std::string kSeeds[] = {R"({"a":1,"b":[true,false,null,"x\n\u0041"],"c":{"d":-1.5e3,"e":""}})",
                                R"([{"k":"v"},[],{},[[0,1.0]]])", R"({ "a" : "\\\"" , "b" : [ ] })"};
  const std::string kBytes = "{}[]:,\"\\ \n\t01-.eE+tfnulrsa/\x01";
  std::mt19937 random(7);
  simdjson::dom::parser parser;
  int whole = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = kSeeds[random() % std::size(kSeeds)];
    for (auto damage = random() % 3; damage-- > 0;) {
      size_t position = random() % text.size();
      char byte = kBytes[random() % kBytes.size()];
      switch (random() % 3) {
        case 0:
          text[position] = byte;
          break;
        case 1:
          text.insert(position, 1, byte);
          break;
        default:
          text.erase(position, 1);
          break;
      }
    }
    text = text.substr(text.find_first_not_of(" \n\t"));
    text.erase(text.find_last_not_of(" \n\t") + 1);
    bool is_json = parser.parse(text).error() == simdjson::SUCCESS;
    auto result = scan(text, random() % 9 + 1);
    EXPECT_EQ(result.verdict == Verdict::kComplete && result.position == text.size(), is_json) << text;
    whole += is_json;
  }
  EXPECT_GT(whole, 1000);
  EXPECT_LT(whole, 19000);
}

}  // namespace
}  // namespace starlift
