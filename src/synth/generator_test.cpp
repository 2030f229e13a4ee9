#include "synth/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/error.h"
#include "synth/checking_reader.h"
#include "synth/memory_sink.h"

namespace starlift::synth {

namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

// From the real data set.
constexpr std::string_view kRealEvent =
    R"({"artist":"Des'ree","auth":"Logged In","firstName":"Kaylee","gender":"F","itemInSession":1,)"
    R"("lastName":"Summers","length":246.30812,"level":"free","location":"Phoenix-Mesa-Scottsdale, AZ",)"
    R"("method":"PUT","page":"NextSong","registration":1540344794796.0,"sessionId":139,)"
    R"("song":"You Gotta Be","status":200,"ts":1541106106796,"userAgent":"Mozilla\/5.0","userId":"8"})";
constexpr std::string_view kRealSong =
    R"({"num_songs": 1, "artist_id": "ARMJAGH1187FB546F3", "artist_latitude": 35.14968, )"
    R"("artist_longitude": -90.04892, "artist_location": "Memphis, TN", "artist_name": "The Box Tops", )"
    R"("song_id": "SOCIWDW12A8C13D406", "title": "Soul Deep", "duration": 148.03546, "year": 1969})";

struct Generated {
  MemorySink sink;
  GeneratorSummary summary;

  std::vector<JsonRecord> records(std::string_view prefix) const {
    std::vector<JsonRecord> all;
    for (const auto& [key, content] : sink.objects) {
      if (!key.starts_with(prefix)) continue;
      const CheckingReader reader(content);
      EXPECT_EQ(reader.unreadable(), 0u) << key;
      all.insert(all.end(), reader.records().begin(), reader.records().end());
    }
    return all;
  }
};

Generated generate_in_memory(const GeneratorOptions& options) {
  Generated generated;
  generated.summary = generate(options, generated.sink);
  return generated;
}

const Generated& clean_set() {
  static const Generated kSet = generate_in_memory({.songs = 500, .events = 5000, .users = 60, .days = 12});
  return kSet;
}

ErrorKind refusal_of(const GeneratorOptions& options) {
  MemorySink sink;
  try {
    generate(options, sink);
  } catch (const Error& error) {
    EXPECT_THAT(sink.keys, IsEmpty());
    return error.kind();
  }
  throw std::logic_error("the options were taken");
}

}  // namespace

TEST(GeneratorTest, SameOptionsGiveSameBytes) {
  const GeneratorOptions options = {
      .songs = 100, .events = 3000, .users = 20, .days = 5, .seed = 7, .dirty = 0.1};
  const Generated first = generate_in_memory(options);
  EXPECT_EQ(first.sink.objects, generate_in_memory(options).sink.objects);
  GeneratorOptions other_seed = options;
  other_seed.seed = 8;
  EXPECT_NE(first.sink.objects, generate_in_memory(other_seed).sink.objects);
}

TEST(GeneratorTest, BytesAreTheSameOnEveryMachine) {
  const Generated set = generate_in_memory({.songs = 200, .events = 2000, .seed = 42, .dirty = 0.3});
  uint64_t fnv1a = 0xCBF29CE484222325u;
  for (const auto& [key, content] : set.sink.objects) {
    for (char c : key + content)
      fnv1a = (fnv1a ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  }
  // Changes with every deliberate change of what is generated.
  EXPECT_EQ(fnv1a, 12277921046777375587u);
}

TEST(GeneratorTest, WritesExactlyTheSongsAndEventsAskedFor) {
  const Generated& set = clean_set();
  EXPECT_EQ(set.records("song_data/").size(), 500u);
  EXPECT_EQ(set.records("log_data/").size(), 5000u);
  EXPECT_EQ(set.summary.songs.objects, 500u);
  EXPECT_EQ(set.summary.songs.records_good, 500u);
  EXPECT_EQ(set.summary.events.objects, 12u);
  EXPECT_EQ(set.summary.events.records_good, 5000u);
  EXPECT_EQ(set.summary.songs.records_bad + set.summary.events.records_bad, 0u);
  size_t bytes = 0;
  for (const auto& [key, content] : set.sink.objects)
    bytes += content.size();
  EXPECT_EQ(set.summary.songs.bytes + set.summary.events.bytes, bytes);
}

TEST(GeneratorTest, TakesExtremeOptions) {
  for (const GeneratorOptions& options :
       {GeneratorOptions{.songs = 0, .events = 0},
        GeneratorOptions{.songs = 1, .events = 1, .users = 1, .days = 1},
        GeneratorOptions{.songs = 0, .events = 3000, .users = 1, .days = 1},
        GeneratorOptions{.songs = 3, .events = 5, .users = 1000, .days = 400}}) {
    const Generated set = generate_in_memory(options);
    EXPECT_EQ(set.records("song_data/").size(), options.songs);
    EXPECT_EQ(set.records("log_data/").size(), options.events);
  }
}

TEST(GeneratorTest, KeysAreUniqueAndAscendAsInTheRealSet) {
  const std::vector<std::string>& keys = clean_set().sink.keys;
  const auto first_log =
      std::find_if(keys.begin(), keys.end(), [](auto& key) { return key.starts_with("log_"); });
  const std::vector<std::string> songs(keys.begin(), first_log);
  const std::vector<std::string> logs(first_log, keys.end());
  EXPECT_THAT(songs, Each(MatchesRegex("song_data/[A-Z]/[A-Z]/[A-Z]/TR[A-Z]{5}128F[0-9A-F]{7}.json")));
  EXPECT_THAT(logs, Each(MatchesRegex("log_data/2018/11/2018-11-[0-9]{2}-events.json")));
  EXPECT_EQ(logs.front(), "log_data/2018/11/2018-11-01-events.json");
  EXPECT_EQ(logs.back(), "log_data/2018/11/2018-11-12-events.json");
  auto is_ascending = [](const auto& list) { return std::is_sorted(list.begin(), list.end()); };
  EXPECT_TRUE(is_ascending(songs));
  EXPECT_TRUE(is_ascending(logs));
  EXPECT_EQ(clean_set().sink.objects.size(), keys.size());
  for (const std::string& key : songs) {
    const std::string folders = {key[10], key[12], key[14]};
    EXPECT_EQ(key.substr(18, 3), folders);
  }
}

TEST(GeneratorTest, RecordsHaveTheShapeOfTheRealOnes) {
  const std::vector<std::string> event_keys = CheckingReader(kRealEvent).records()[0].keys;
  for (const JsonRecord& event : clean_set().records("log_data/"))
    ASSERT_EQ(event.keys, event_keys);
  const std::vector<std::string> song_keys = CheckingReader(kRealSong).records()[0].keys;
  for (const JsonRecord& song : clean_set().records("song_data/"))
    ASSERT_EQ(song.keys, song_keys);

  for (const auto& [key, content] : clean_set().sink.objects) {
    ASSERT_THAT(content, testing::EndsWith("}"));
    if (key.starts_with("song_data/")) {
      ASSERT_THAT(content, StartsWith(R"({"num_songs": 1, "artist_id": "AR)"));
      continue;
    }
    ASSERT_THAT(content, StartsWith(R"({"artist":)"));
    ASSERT_THAT(content, HasSubstr(R"(\/5.0 ()"));
    ASSERT_THAT(content, HasSubstr(R"("userAgent":"\"Mozilla)"));
    ASSERT_THAT(content, HasSubstr(R"(.0,"sessionId":)"));
    ASSERT_THAT(content, HasSubstr(R"(\u00)"));
    ASSERT_THAT(content, HasSubstr("é"));
  }
}

TEST(GeneratorTest, AboutAThirdOfThePlaysMatchASong) {
  std::set<std::string> catalogue;
  for (const JsonRecord& song : clean_set().records("song_data/")) {
    catalogue.insert(match_key(song["title"], song["artist_name"]));
  }
  uint64_t plays = 0;
  uint64_t matching = 0;
  uint64_t ending_in_blanks = 0;
  for (const JsonRecord& event : clean_set().records("log_data/")) {
    if (event["page"].text != "NextSong") continue;
    ++plays;
    matching += catalogue.count(match_key(event["song"], event["artist"]));
    ending_in_blanks += event["song"].text.ends_with("  ") || event["artist"].text.ends_with("  ");
  }
  EXPECT_EQ(clean_set().summary.plays, plays);
  EXPECT_EQ(clean_set().summary.matching_plays, matching);
  EXPECT_GT(matching * 100, plays * 25);
  EXPECT_LT(matching * 100, plays * 42);
  EXPECT_GT(ending_in_blanks, 0u);
}

TEST(GeneratorTest, RefusesOptionsOutOfRange) {
  EXPECT_EQ(refusal_of({.users = 0}), ErrorKind::kUsage);
  EXPECT_EQ(refusal_of({.days = 0}), ErrorKind::kUsage);
  EXPECT_EQ(refusal_of({.days = 1'000'000}), ErrorKind::kUsage);
  EXPECT_EQ(refusal_of({.dirty = -0.1}), ErrorKind::kUsage);
  EXPECT_EQ(refusal_of({.dirty = 1.1}), ErrorKind::kUsage);
  EXPECT_EQ(refusal_of({.events = 1'000'000'000'000}), ErrorKind::kUsage);
}

TEST(GeneratorTest, ProgressEndsWithTheWholeAndMayStopTheGeneration) {
  MemorySink sink;
  GeneratorProgress last;
  const GeneratorSummary summary =
      generate({.songs = 300, .events = 400}, sink, [&](const GeneratorProgress& progress) {
        EXPECT_GE(progress.bytes, last.bytes);
        last = progress;
      });
  EXPECT_EQ(last.songs, 300u);
  EXPECT_EQ(last.events, 400u);
  EXPECT_EQ(last.bytes, summary.songs.bytes + summary.events.bytes);

  auto stop = [](const GeneratorProgress&) { throw Error(ErrorKind::kInterrupted, "stopped"); };
  EXPECT_THROW(generate({}, sink, stop), Error);
}

}  // namespace starlift::synth
