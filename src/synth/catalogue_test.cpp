#include "synth/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace starlift::synth {

namespace {

constexpr uint64_t kSongs = 4000;

struct Entry {
  Song song;
  SongDetails details;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> kEntries = [] {
    const Catalogue catalogue(5, kSongs);
    std::vector<Entry> all(kSongs);
    for (uint64_t number = 0; number < kSongs; ++number) {
      catalogue.describe(number, all[number].song);
      all[number].details = catalogue.details(number);
    }
    return all;
  }();
  return kEntries;
}

using Groups = std::map<std::string, std::set<std::string>>;

/// Returns how many groups have at least `size` different members.
size_t count_groups(const Groups& groups, size_t size) {
  size_t count = 0;
  for (const auto& [key, members] : groups)
    count += members.size() >= size;
  return count;
}

}  // namespace

TEST(CatalogueTest, IdsHaveEighteenCharactersAndAFewSongsTwoRecords) {
  Groups records;
  for (uint64_t number = 0; number < kSongs; ++number) {
    const SongDetails& details = entries()[number].details;
    ASSERT_EQ(details.song_id.size(), 18u);
    ASSERT_EQ(details.artist_id.size(), 18u);
    records[details.song_id].insert(std::to_string(number));
  }
  EXPECT_EQ(records.size(), kSongs - kSongs / 200);
  EXPECT_EQ(count_groups(records, 2), kSongs / 200);
}

TEST(CatalogueTest, ArtistsHaveSeveralSongsSpellingsLocationsAndCoordinates) {
  Groups songs, names, locations, coordinates;
  size_t without_coordinates = 0;
  size_t without_location = 0;
  size_t without_year = 0;
  for (const auto& [song, details] : entries()) {
    songs[details.artist_id].insert(details.song_id);
    names[details.artist_id].insert(song.artist_name);
    locations[details.artist_id].insert(details.artist_location);
    coordinates[details.artist_id].insert(details.has_coordinates ? std::to_string(details.latitude) : "");
    without_coordinates += !details.has_coordinates;
    without_location += details.artist_location.empty();
    without_year += details.year == 0;
  }
  EXPECT_GT(count_groups(songs, 5), 100u);
  EXPECT_GT(count_groups(names, 2), 50u);
  EXPECT_GT(count_groups(locations, 2), 50u);
  EXPECT_GT(count_groups(coordinates, 2), 50u);
  for (size_t without : {without_coordinates, without_location, without_year}) {
    EXPECT_GT(without, kSongs / 4);
    EXPECT_LT(without, kSongs * 3 / 4);
  }
}

TEST(CatalogueTest, TitlesAreSharedByArtistsAndTitleAndArtistByRecordings) {
  Groups artists, recordings;
  for (const auto& [song, details] : entries()) {
    artists[song.title].insert(details.artist_id);
    recordings[song.title + '\0' + song.artist_name].insert(details.song_id + std::to_string(song.duration));
  }
  EXPECT_GT(count_groups(artists, 2), 20u);
  EXPECT_GE(count_groups(recordings, 2), kSongs / 40);
}

TEST(CatalogueTest, TextsHoldWhatJsonMustEscape) {
  std::string all;
  for (const auto& [song, details] : entries())
    all += song.title + song.artist_name + details.artist_location;
  for (const char* piece : {"\"", "\\", "/", "é", "🎸", "東京"})
    EXPECT_NE(all.find(piece), std::string::npos) << piece;
}

TEST(CatalogueTest, NoTitleEqualsAnUnlistedOne) {
  std::set<std::string> titles;
  for (const Entry& entry : entries())
    titles.insert(entry.song.title);
  const Catalogue catalogue(5, kSongs);
  Song song;
  for (uint64_t number = 0; number < kSongs; ++number) {
    catalogue.describe_unlisted(number, song);
    ASSERT_EQ(titles.count(song.title), 0u) << song.title;
  }
}

TEST(CatalogueTest, KeysAscendAtEverySize) {
  for (uint64_t songs : {uint64_t{2}, uint64_t{385'252}, uint64_t{1'000'000'000}}) {
    const Catalogue catalogue(5, songs);
    const uint64_t stride = songs / 1000 + 1;
    for (uint64_t number = 0; number + 1 < songs; number += stride) {
      ASSERT_LT(catalogue.key(number), catalogue.key(number + 1));
    }
  }
  EXPECT_EQ(Catalogue(5, 385'252).key(0).substr(0, 15), "song_data/A/A/A");
  EXPECT_EQ(Catalogue(5, 385'252).key(385'251).substr(0, 11), "song_data/Z");
}

}  // namespace starlift::synth
