#include "base/iso_time.h"

#include <gmock/gmock.h>

namespace starlift {
namespace {

using testing::Optional;

constexpr int64_t kDay = 86'400'000'000;

TEST(ParseIsoDateTest, CountsDaysFrom1970) {
  EXPECT_THAT(parse_iso_date("1970-01-01"), Optional(0));
  EXPECT_THAT(parse_iso_date("1969-12-31"), Optional(-1));
  EXPECT_THAT(parse_iso_date("2018-11-01"), Optional(17836));
  EXPECT_THAT(parse_iso_date("2000-02-29"), Optional(11016));
  EXPECT_THAT(parse_iso_date("0001-01-01"), Optional(-719162));
  EXPECT_THAT(parse_iso_date("9999-12-31"), Optional(2932896));
}

TEST(ParseIsoDateTest, RefusesWhatIsNoDay) {
  for (auto text : {"",           "2018",        "2018-11",     "2018-11-1",        "2018-1-01",
                    "18-11-01",   "2018-11-01 ", " 2018-11-01", "2018-11-01T00:00", "2018/11/01",
                    "20181101",   "2018-13-01",  "2018-00-10",  "2018-11-00",       "2018-11-31",
                    "2018-02-29", "1900-02-29",  "0000-01-01",  "10000-01-01",      "-018-11-01",
                    "2018-1a-01"}) {
    EXPECT_EQ(parse_iso_date(text), std::nullopt) << text;
  }
}

struct TimeCase {
  const char* text;
  int64_t microseconds;
};

class ParseIsoTimestamp : public testing::TestWithParam<TimeCase> {};

TEST_P(ParseIsoTimestamp, IsMicrosecondsUtc) {
  EXPECT_THAT(parse_iso_timestamp(GetParam().text), Optional(GetParam().microseconds)) << GetParam().text;
}

constexpr int64_t kNovemberFirst = 17836 * kDay;
constexpr int64_t kNine = kNovemberFirst + 21 * 3'600'000'000;  // 21:00

INSTANTIATE_TEST_SUITE_P(
    Cases, ParseIsoTimestamp,
    testing::Values(TimeCase{"2018-11-01", kNovemberFirst}, TimeCase{"2018-11-01T21:00", kNine},
                    TimeCase{"2018-11-01 21:00", kNine},
                    TimeCase{"2018-11-01T21:01:46.796Z", kNine + 106'796'000},
                    TimeCase{"2018-11-01T21:01:46", kNine + 106'000'000},
                    TimeCase{"2018-11-01T21:00:00.1", kNine + 100'000},
                    TimeCase{"2018-11-01T21:00:00.123456", kNine + 123'456},
                    TimeCase{"2018-11-01T21:00:00.1234567899999", kNine + 123'456},
                    TimeCase{"1969-12-31T23:59:59.9999999", -1}, TimeCase{"2018-11-01T21:00Z", kNine},
                    TimeCase{"2018-11-01T23:00:00+02:00", kNine}, TimeCase{"2018-11-01T23:00:00+0200", kNine},
                    TimeCase{"2018-11-01T23:00:00+02", kNine}, TimeCase{"2018-11-01T17:30:00-03:30", kNine},
                    TimeCase{"2018-11-01T20:30:00-0030", kNine}, TimeCase{"2018-11-02T08:00+11", kNine},
                    TimeCase{"0001-01-01T00:00:00", kMinTimestamp},
                    TimeCase{"9999-12-31T23:59:59.999999", kMaxTimestamp}));

TEST(ParseIsoTimestampTest, RefusesWhatIsNoTime) {
  for (auto text : {"",
                    "2018-11-01T",
                    "2018-11-01T21",
                    "2018-11-01T2100",
                    "2018-11-01T21:0",
                    "2018-11-01T21:00:",
                    "2018-11-01T21:00:0",
                    "2018-11-01T21:00:00.",
                    "2018-11-01T21:00:00.x",
                    "2018-11-01T21:00:00,5",
                    "2018-11-01T24:00",
                    "2018-11-01T21:60",
                    "2018-11-01T21:00:60",
                    "2018-11-01t21:00",
                    "2018-11-01  21:00",
                    "2018-11-01T21:00 Z",
                    "2018-11-01T21:00z",
                    "2018-11-01T21:00ZZ",
                    "2018-11-01Z",
                    "2018-11-01T21:00+",
                    "2018-11-01T21:00+2",
                    "2018-11-01T21:00+02:",
                    "2018-11-01T21:00+02:0",
                    "2018-11-01T21:00+02:60",
                    "2018-11-01T21:00+24",
                    "2018-11-01T21:00+02:000",
                    "2018-11-01T21:00+02x",
                    "2018-02-30T21:00",
                    "0001-01-01T00:00+01:00",
                    "9999-12-31T23:59-00:01",
                    "1541016707796"}) {
    EXPECT_EQ(parse_iso_timestamp(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace starlift
