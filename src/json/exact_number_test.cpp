#include "json/exact_number.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

#include "json/testing/read_all.h"

namespace starlift {
namespace {

using testing::Optional;

TEST(ParseNumberTest, TakesJsonsGrammarAndNothingElse) {
  for (auto text : {"0", "-0", "7", "-12", "1.0", "0.05", "1e3", "1E3", "1e+3", "1e-3", "-1.25E-07", "0e0"}) {
    EXPECT_TRUE(is_number(text)) << text;
    EXPECT_TRUE(parse_number(text).has_value()) << text;
  }
  for (auto text :
       {"",      "-",  "+1", "01",  "-01", "00",  ".5",       "5.",  "1.e3", "1e", "1e+",   "e3",
        "1e3.5", "1 ", " 1", "1,0", "0x1", "NaN", "Infinity", "1_0", "--1",  "1-", "1.5.2", "१"}) {
    EXPECT_FALSE(is_number(text)) << text;
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  }
}

TEST(ParseNumberTest, TakesTheNumberApart) {
  auto number = parse_number("-12.034e-56");
  ASSERT_TRUE(number);
  EXPECT_TRUE(number->is_negative);
  EXPECT_EQ(number->whole, "12");
  EXPECT_EQ(number->fraction, "034");
  EXPECT_EQ(number->exponent, -56);
  EXPECT_EQ(parse_number("1e99999999999999999999")->exponent, 1'000'000'000);
  EXPECT_EQ(parse_number("1e-99999999999999999999")->exponent, -1'000'000'000);
}

TEST(ParsePlainIntegerTest, ReadsWhatIsPlainAndLeavesTheRest) {
  EXPECT_THAT(parse_plain_integer("0"), Optional(0));
  EXPECT_THAT(parse_plain_integer("-0"), Optional(0));
  EXPECT_THAT(parse_plain_integer("-26"), Optional(-26));
  EXPECT_THAT(parse_plain_integer("1541016707796.0"), Optional(1541016707796));
  EXPECT_THAT(parse_plain_integer("999999999999999999"), Optional(999999999999999999));
  for (auto text :
       {"", "-", "01", "1.5", "1.00", ".0", "-.0", "1e3", "1234567890123456789", "+1", "1 ", "00.0"}) {
    EXPECT_EQ(parse_plain_integer(text), std::nullopt) << text;
  }
}

struct ScaleCase {
  const char* text;
  int shift;
  const char* value;
  bool is_exact;
};

class ScaleNumber : public testing::TestWithParam<ScaleCase> {};

TEST_P(ScaleNumber, IsExactDecimalArithmetic) {
  const auto& [text, shift, value, is_exact] = GetParam();
  auto scaled = scale_number(*parse_number(text), shift);
  EXPECT_TRUE(scaled.is_small) << text;
  EXPECT_EQ(show_decimal(scaled.value), value) << text;
  EXPECT_EQ(scaled.is_exact, is_exact) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ScaleNumber,
    testing::Values(ScaleCase{"0", 0, "0", true}, ScaleCase{"-0.0", 6, "0", true},
                    ScaleCase{"9007199254740993", 0, "9007199254740993", true},
                    ScaleCase{"1541016707796.5", 3, "1541016707796500", true},
                    ScaleCase{"1e3", 0, "1000", true}, ScaleCase{"1.25e2", 0, "125", true},
                    ScaleCase{"125e-2", 2, "125", true}, ScaleCase{"0.1", 2, "10", true},
                    ScaleCase{"1.5", 0, "1", false}, ScaleCase{"-1.5", 0, "-2", false},
                    ScaleCase{"-0.0001", 0, "-1", false}, ScaleCase{"1.000", 0, "1", true},
                    ScaleCase{"-7.0", 0, "-7", true}, ScaleCase{"100e-2", 0, "1", true},
                    ScaleCase{"1e-400", 0, "0", false}, ScaleCase{"0e999999999999", 0, "0", true},
                    ScaleCase{"0.0e-999999999999", 0, "0", true},
                    ScaleCase{"0.00000000000000000000000000000000000000000001e44", 0, "1", true},
                    ScaleCase{"99999999999999999999999999999999999999", 0,
                              "99999999999999999999999999999999999999", true},
                    ScaleCase{"-9.9999999999999999999999999999999999999", 37,
                              "-99999999999999999999999999999999999999", true}));

TEST(ScaleNumberTest, SaysWhenThereAreMoreThan38Digits) {
  for (auto text : {"100000000000000000000000000000000000000", "1e38", "-1e38", "1e999999999999", "12e37"}) {
    EXPECT_FALSE(scale_number(*parse_number(text), 0).is_small) << text;
  }
  EXPECT_FALSE(scale_number(*parse_number("1"), 38).is_small);
  EXPECT_TRUE(scale_number(*parse_number("1"), 37).is_small);
}

TEST(NearestDoubleTest, RoundsCorrectlyAndKnowsItsLimits) {
  auto nearest = [](const char* text) { return nearest_double(text, *parse_number(text)); };
  EXPECT_THAT(nearest("288.9922"), Optional(288.9922));
  EXPECT_THAT(nearest("0.1"), Optional(0.1));
  EXPECT_THAT(nearest("9007199254740993"), Optional(9007199254740992.0));
  EXPECT_THAT(nearest("9007199254740993.0000000000000000000000001"), Optional(9007199254740994.0));
  EXPECT_THAT(nearest("1.7976931348623157e308"), Optional(1.7976931348623157e308));
  EXPECT_THAT(nearest("4.9e-324"), Optional(4.9e-324));
  for (auto text : {"1e309", "-1e309", "1.7976931348623159e308", "1e99999999999999999999"}) {
    EXPECT_EQ(nearest(text), std::nullopt) << text;
  }
  for (auto text : {"1e-400", "2e-324", "0e99999999999999999999", "0.0", "0.001e-330"}) {
    EXPECT_THAT(nearest(text), Optional(0.0)) << text;
  }
  std::string tiny = "0." + std::string(1000, '0') + "1e100";
  EXPECT_THAT(nearest(tiny.c_str()), Optional(0.0));
  EXPECT_TRUE(std::signbit(*nearest("-0.0")));
  EXPECT_TRUE(std::signbit(*nearest("-1e-400")));
}

TEST(NearestDoubleTest, AgreesWithTheLibraryOnRandomNumbers) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 20000; ++round) {
    std::string text = random() % 2 ? "-" : "";
    text += std::to_string(random() >> random() % 64);
    if (random() % 2) text += "." + std::to_string(random() >> random() % 64);
    if (random() % 4 == 0) text += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    EXPECT_THAT(nearest_double(text, *parse_number(text)), Optional(std::strtod(text.c_str(), nullptr)))
        << text;
  }
}

}  // namespace
}  // namespace starlift
