#include "json/value_conversion.h"

#include <gtest/gtest.h>

#include <limits>

#include "json/testing/read_all.h"

namespace starlift {
namespace {

using enum ConversionFault;

void expect_value(const Converted<int64_t>& converted, int64_t value, const char* text) {
  EXPECT_EQ(converted.fault, kNone) << text;
  EXPECT_EQ(converted.value, value) << text;
}

TEST(ToIntegerTest, TakesEveryWayToWriteAWholeNumber) {
  expect_value(to_integer("26", TypeKind::kInteger), 26, "26");
  expect_value(to_integer("-0", TypeKind::kSmallint), 0, "-0");
  expect_value(to_integer("1e3", TypeKind::kSmallint), 1000, "1e3");
  expect_value(to_integer("1541016707796.0", TypeKind::kBigint), 1541016707796, "1541016707796.0");
  expect_value(to_integer("12.500e1", TypeKind::kInteger), 125, "12.500e1");
  expect_value(to_integer("9007199254740993", TypeKind::kBigint), 9007199254740993, "2^53 + 1");
  expect_value(to_integer("9007199254740993.000", TypeKind::kBigint), 9007199254740993, "2^53 + 1");
}

TEST(ToIntegerTest, KnowsTheRangeOfEachType) {
  const std::tuple<TypeKind, const char*, const char*, const char*, const char*> kRanges[] = {
      {TypeKind::kSmallint, "-32768", "32767", "-32769", "32768"},
      {TypeKind::kInteger, "-2147483648", "2147483647", "-2147483649", "2147483648"},
      {TypeKind::kBigint, "-9223372036854775808", "9223372036854775807", "-9223372036854775809",
       "9223372036854775808"},
  };
  for (auto [kind, min, max, below, above] : kRanges) {
    EXPECT_EQ(to_integer(min, kind).fault, kNone) << min;
    EXPECT_EQ(std::to_string(to_integer(min, kind).value), min);
    EXPECT_EQ(to_integer(max, kind).fault, kNone) << max;
    EXPECT_EQ(std::to_string(to_integer(max, kind).value), max);
    EXPECT_EQ(to_integer(below, kind).fault, kOutOfRange) << below;
    EXPECT_EQ(to_integer(above, kind).fault, kOutOfRange) << above;
    EXPECT_EQ(to_integer("1e40", kind).fault, kOutOfRange);
    EXPECT_EQ(to_integer("1e9999999999", kind).fault, kOutOfRange);
  }
}

TEST(ToIntegerTest, RefusesWhatIsNoWholeNumber) {
  for (auto text : {"", "abc", "1.5", "1e-1", "0.0000000001", " 26", "26 ", "+26", "026", "0x1A", "1,000",
                    "true", "{}", "[1]", "2018-11-01", "٣"}) {
    EXPECT_EQ(to_integer(text, TypeKind::kBigint).fault, kWrongType) << text;
  }
}

TEST(ToDecimalTest, IsExact) {
  const std::tuple<const char*, int, int, const char*> kCases[] = {
      {"12.34", 4, 2, "1234"},
      {"12.3", 4, 2, "1230"},
      {"-0.01", 4, 2, "-1"},
      {"12.3400", 4, 2, "1234"},
      {"1234e-2", 4, 2, "1234"},
      {"0", 1, 0, "0"},
      {"0.1", 38, 38, "10000000000000000000000000000000000000"},
      {"99999999999999999999999999999999999999", 38, 0, "99999999999999999999999999999999999999"},
      {"-99999999999999999999999999999999.999999", 38, 6, "-99999999999999999999999999999999999999"},
      {"9007199254740993.1", 18, 1, "90071992547409931"},
  };
  for (auto [text, precision, scale, digits] : kCases) {
    auto converted = to_decimal(text, precision, scale);
    EXPECT_EQ(converted.fault, kNone) << text;
    EXPECT_EQ(show_decimal(converted.value), digits) << text;
  }
}

TEST(ToDecimalTest, RefusesDigitsThatDoNotFit) {
  const std::tuple<const char*, int, int, ConversionFault> kCases[] = {
      {"12.345", 5, 2, kOutOfRange}, {"100", 4, 2, kOutOfRange},    {"-100.00", 4, 2, kOutOfRange},
      {"1e37", 38, 2, kOutOfRange},  {"1e999", 38, 0, kOutOfRange}, {"0.001", 4, 2, kOutOfRange},
      {"-0.001", 4, 2, kOutOfRange}, {"1", 38, 38, kOutOfRange},    {"abc", 4, 2, kWrongType},
      {"", 4, 2, kWrongType},        {"1,5", 4, 2, kWrongType},
  };
  for (auto [text, precision, scale, fault] : kCases) {
    EXPECT_EQ(to_decimal(text, precision, scale).fault, fault) << text;
  }
}

TEST(ToDoubleTest, IsFinite) {
  EXPECT_EQ(to_double("207.93424").value, 207.93424);
  EXPECT_EQ(to_double("-7").value, -7.0);
  EXPECT_EQ(to_double("1e400").fault, kOutOfRange);
  EXPECT_EQ(to_double("1e-400").fault, kNone);
  for (auto text : {"", "NaN", "inf", "Infinity", "1.", "0x1p3", "true"}) {
    EXPECT_EQ(to_double(text).fault, kWrongType) << text;
  }
}

TEST(ToBooleanTest, TakesTheTwoWordsInAnyCase) {
  for (auto text : {"true", "TRUE", "True"})
    expect_value(to_boolean(text), 1, text);
  for (auto text : {"false", "FALSE", "fAlse"})
    expect_value(to_boolean(text), 0, text);
  for (auto text : {"", "t", "yes", "1", "0", "true ", "falsey", "truefalse"}) {
    EXPECT_EQ(to_boolean(text).fault, kWrongType) << text;
  }
}

TEST(ToDateTest, TakesCalendarDays) {
  expect_value(to_date("1970-01-02"), 1, "1970-01-02");
  for (auto text : {"2018-02-30", "20180101", "17836", "2018-11-01T00:00:00Z"}) {
    EXPECT_EQ(to_date(text).fault, kWrongType) << text;
  }
}

TEST(ToTimestampTest, KnowsTheUnit) {
  const std::tuple<const char*, TimeUnit, int64_t> kCases[] = {
      {"1541106106796", TimeUnit::kMilliseconds, 1541106106796000},
      {"1541016707796.0", TimeUnit::kMilliseconds, 1541016707796000},
      {"1541016707796.5", TimeUnit::kMilliseconds, 1541016707796500},
      {"1541016707796.1239", TimeUnit::kMilliseconds, 1541016707796123},
      {"1.541016707796e12", TimeUnit::kMilliseconds, 1541016707796000},
      {"1541016707.796001", TimeUnit::kSeconds, 1541016707796001},
      {"1541016707", TimeUnit::kSeconds, 1541016707000000},
      {"1541016707796001", TimeUnit::kMicroseconds, 1541016707796001},
      {"1541016707796001.9", TimeUnit::kMicroseconds, 1541016707796001},
      {"0", TimeUnit::kSeconds, 0},
      {"-1", TimeUnit::kMilliseconds, -1000},
      {"-0.0001", TimeUnit::kMilliseconds, -1},
      {"-1.0001", TimeUnit::kMilliseconds, -1001},
      {"-62135596800", TimeUnit::kSeconds, -62135596800000000},
      {"253402300799.999999", TimeUnit::kSeconds, 253402300799999999},
      {"2018-11-01T21:01:46.796Z", TimeUnit::kIso8601, 1541106106796000},
  };
  for (auto [text, unit, microseconds] : kCases)
    expect_value(to_timestamp(text, unit), microseconds, text);
}

TEST(ToTimestampTest, RefusesOtherYearsAndOtherTexts) {
  const std::tuple<const char*, TimeUnit, ConversionFault> kCases[] = {
      {"253402300800", TimeUnit::kSeconds, kOutOfRange},
      {"-62135596801", TimeUnit::kSeconds, kOutOfRange},
      {"-62135596800.000001", TimeUnit::kSeconds, kOutOfRange},
      {"1541106106796", TimeUnit::kSeconds, kOutOfRange},
      {"999999999999999999", TimeUnit::kSeconds, kOutOfRange},
      {"1e300", TimeUnit::kMicroseconds, kOutOfRange},
      {"2018-11-01T21:01:46.796Z", TimeUnit::kMilliseconds, kWrongType},
      {"2018-11-01T25:01:46.796Z", TimeUnit::kIso8601, kWrongType},
      {"1541106106796", TimeUnit::kIso8601, kWrongType},
      {"yesterday", TimeUnit::kMilliseconds, kWrongType},
      {"true", TimeUnit::kMilliseconds, kWrongType},
  };
  for (auto [text, unit, fault] : kCases)
    EXPECT_EQ(to_timestamp(text, unit).fault, fault) << text;
}

std::string describe_as(const char* type, ConversionFault fault, std::string_view source,
                        TimeUnit unit = TimeUnit::kMilliseconds) {
  return describe(fault, source, *parse_column_type(type), unit);
}

TEST(DescribeTest, SaysTheValueAndTheType) {
  EXPECT_EQ(describe_as("integer", kWrongType, "\"abc\""), "\"abc\" is not an integer");
  EXPECT_EQ(describe_as("smallint", kOutOfRange, "40000"), "40000 does not fit smallint");
  EXPECT_EQ(describe_as("decimal(4,2)", kOutOfRange, "1.234"), "1.234 does not fit decimal(4,2)");
  EXPECT_EQ(describe_as("double", kWrongType, "true"), "true is not a number");
  EXPECT_EQ(describe_as("boolean", kWrongType, "1"), "1 is not a boolean");
  EXPECT_EQ(describe_as("date", kWrongType, "\"2018\""), "\"2018\" is not a date");
  EXPECT_EQ(describe_as("timestamp", kWrongType, "\"now\""), "\"now\" is not a timestamp in milliseconds");
  EXPECT_EQ(describe_as("timestamp", kWrongType, "\"now\"", TimeUnit::kIso8601),
            "\"now\" is not an ISO 8601 timestamp");
  EXPECT_EQ(describe_as("timestamp", kOutOfRange, "1e99"), "1e99 does not fit timestamp");
}

TEST(DescribeTest, ShortensLongValuesToOneLineWithoutCuttingACharacter) {
  EXPECT_EQ(describe_as("integer", kWrongType, std::string(60, 'x')),
            std::string(60, 'x') + " is not an integer");
  EXPECT_EQ(describe_as("integer", kWrongType, std::string(61, 'x')),
            std::string(60, 'x') + "... is not an integer");
  EXPECT_EQ(describe_as("integer", kWrongType, std::string(59, 'x') + "é"),
            std::string(59, 'x') + "... is not an integer");
  EXPECT_EQ(describe_as("integer", kWrongType, "{\n \"a\": 1 }"), "{... is not an integer");
}

}  // namespace
}  // namespace starlift
