#include "synth/dirt.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <span>
#include <tuple>

#include "synth/checking_reader.h"
#include "synth/generator.h"
#include "synth/memory_sink.h"

namespace starlift::synth {

namespace {

/// A column as the staging tables declare it.
struct Declared {
  const char* field;
  enum Type { kText, kInteger, kTimestamp, kDouble } type;
  bool is_required = false;
};

constexpr Declared kEventColumns[] = {{"artist", Declared::kText},
                                      {"firstName", Declared::kText},
                                      {"gender", Declared::kText},
                                      {"itemInSession", Declared::kInteger, true},
                                      {"lastName", Declared::kText},
                                      {"length", Declared::kDouble},
                                      {"level", Declared::kText},
                                      {"location", Declared::kText},
                                      {"method", Declared::kText},
                                      {"page", Declared::kText},
                                      {"registration", Declared::kTimestamp},
                                      {"sessionId", Declared::kInteger, true},
                                      {"song", Declared::kText},
                                      {"status", Declared::kInteger},
                                      {"ts", Declared::kTimestamp, true},
                                      {"userAgent", Declared::kText},
                                      {"userId", Declared::kInteger}};
constexpr Declared kSongColumns[] = {
    {"num_songs", Declared::kInteger},      {"artist_id", Declared::kText},
    {"artist_latitude", Declared::kDouble}, {"artist_longitude", Declared::kDouble},
    {"artist_location", Declared::kText},   {"artist_name", Declared::kText},
    {"song_id", Declared::kText},           {"title", Declared::kText},
    {"duration", Declared::kDouble},        {"year", Declared::kInteger}};

bool fits(const JsonValue& value, const Declared& column) {
  if (value.kind == JsonValue::Kind::kNull) return !column.is_required;
  if (column.type == Declared::kText) return value.is_storable && value.text.size() <= 1024;
  if (value.text.empty()) return !column.is_required;
  const std::optional<double> number = value.number();
  if (!number) return false;
  if (column.type == Declared::kInteger)
    return *number == std::trunc(*number) && std::abs(*number) < 2147483648.0;
  if (column.type == Declared::kTimestamp) return *number > 0 && *number < 253402300800000.0;
  return true;
}

/// What a loader makes of a data set.
struct Loaded {
  std::vector<JsonRecord> good;
  uint64_t bad = 0;
};

Loaded load(const MemorySink& sink, std::string_view prefix, std::span<const Declared> columns) {
  Loaded loaded;
  for (const auto& [key, content] : sink.objects) {
    if (!key.starts_with(prefix)) continue;
    const CheckingReader reader(content);
    loaded.bad += reader.unreadable();
    for (const JsonRecord& record : reader.records()) {
      const bool is_good = std::all_of(columns.begin(), columns.end(), [&](const Declared& column) {
        return fits(record[column.field], column);
      });
      if (is_good) {
        loaded.good.push_back(record);
      } else {
        ++loaded.bad;
      }
    }
  }
  return loaded;
}

class DirtTest : public testing::TestWithParam<double> {
 protected:
  void SetUp() override {
    summary_ = generate(
        {.songs = 1500, .events = 6000, .users = 50, .days = 6, .seed = 11, .dirty = GetParam()}, sink_);
  }

  MemorySink sink_;
  GeneratorSummary summary_;
};

}  // namespace

TEST_P(DirtTest, ALoaderTakesAndRejectsAsManyRecordsAsTheSummarySays) {
  const Loaded songs = load(sink_, "song_data/", kSongColumns);
  EXPECT_EQ(songs.good.size(), summary_.songs.records_good);
  EXPECT_EQ(songs.bad, summary_.songs.records_bad);
  const Loaded events = load(sink_, "log_data/", kEventColumns);
  EXPECT_EQ(events.good.size(), summary_.events.records_good);
  EXPECT_EQ(events.bad, summary_.events.records_bad);
}

TEST_P(DirtTest, PlaysAndMatchesAreThoseOfTheGoodRecords) {
  std::set<std::string> catalogue;
  for (const JsonRecord& song : load(sink_, "song_data/", kSongColumns).good) {
    catalogue.insert(match_key(song["title"], song["artist_name"]));
  }
  std::set<std::tuple<double, double, double, std::string>> plays;
  uint64_t matching = 0;
  for (const JsonRecord& event : load(sink_, "log_data/", kEventColumns).good) {
    if (event["page"].text != "NextSong") continue;
    const bool is_new = plays
                            .emplace(*event["ts"].number(), *event["sessionId"].number(),
                                     *event["itemInSession"].number(), event["userId"].text)
                            .second;
    if (is_new) matching += catalogue.count(match_key(event["song"], event["artist"]));
  }
  EXPECT_EQ(summary_.plays, plays.size());
  EXPECT_EQ(summary_.matching_plays, matching);
}

TEST_P(DirtTest, EveryKindOccursInItsDataset) {
  for (size_t i = 1; i < kDirtKinds; ++i) {
    const DirtTraits& kind = traits(static_cast<Dirt>(i));
    const std::string name(kind.name);
    EXPECT_EQ(summary_.songs.dirt[name] > 0, kind.in_songs || name == "numeric name") << name;
    EXPECT_EQ(summary_.events.dirt[name] > 0, kind.in_events || name == "byte order mark") << name;
  }
}

TEST_P(DirtTest, AboutTheFractionAskedForIsDirty) {
  uint64_t dirty = 0;
  for (const auto& [name, count] : summary_.events.dirt)
    dirty += count;
  EXPECT_GT(static_cast<double>(dirty), 6000 * GetParam() * 0.8);
  EXPECT_LT(static_cast<double>(dirty), 6000 * GetParam() * 1.2);
}

INSTANTIATE_TEST_SUITE_P(Fractions, DirtTest, testing::Values(0.25, 0.9));

TEST(DirtTest, ACleanSetHasNone) {
  MemorySink sink;
  const GeneratorSummary summary = generate({.songs = 300, .events = 3000}, sink);
  EXPECT_TRUE(summary.songs.dirt.empty());
  EXPECT_TRUE(summary.events.dirt.empty());
}

TEST(DirtTest, ALargeDirtySetHasOneOversizedRecord) {
  constexpr size_t kMaxRecordBytes = 4 << 20;
  MemorySink sink;
  const GeneratorSummary summary =
      generate({.songs = 10, .events = 50'000, .days = 200, .dirty = 0.0001}, sink);
  EXPECT_EQ(summary.events.dirt.at("oversized record"), 1u);
  std::erase_if(sink.objects, [&](const auto& object) { return object.second.size() < kMaxRecordBytes; });
  EXPECT_EQ(sink.objects.size(), 1u);
  EXPECT_EQ(load(sink, "log_data/", kEventColumns).bad, 1u);
}

}  // namespace starlift::synth
