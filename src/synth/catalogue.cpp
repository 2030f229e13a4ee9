#include "synth/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "synth/naming.h"
#include "synth/vocabulary.h"

namespace starlift::synth {

namespace {

constexpr uint64_t kFolders = 26ull * 26 * 26;
constexpr uint64_t kSongsPerFolder = 22;  // 385,252 songs in 17,576 folders, as in the full data set
constexpr uint64_t kSecondRecordingEvery = 40;
constexpr uint64_t kSecondRecordEvery = 200;
constexpr uint64_t kSecondRecordAt = 150;  // neither this nor the song before is a second recording

bool is_second_recording(uint64_t number) {
  return number % kSecondRecordingEvery == kSecondRecordingEvery - 1;
}
bool is_second_record(uint64_t number) {
  return number % kSecondRecordEvery == kSecondRecordAt;
}

/// Appends the last `count` digits of `value` to the base 26, A to Z.
void append_letters(std::string& out, uint64_t value, int count) {
  uint64_t power = 1;
  for (int i = 1; i < count; ++i)
    power *= 26;
  for (; power > 0; power /= 26)
    out += static_cast<char>('A' + value / power % 26);
}

/// Appends five letters that do not ascend with the number; what makes an id unique follows them.
void append_drawn_letters(std::string& out, Random random) {
  for (int i = 0; i < 5; ++i)
    out += static_cast<char>('A' + random.below(26));
}

int64_t draw_duration(Random& random) {
  constexpr int64_t kSecond = 100000;
  int64_t duration = 60 * kSecond;
  for (int i = 0; i < 3; ++i)
    duration += random.below(120 * kSecond);
  return duration;
}

}  // namespace

std::string Catalogue::key(uint64_t number) const {
  const uint64_t in_folder = std::max(kSongsPerFolder, (songs_ + kFolders - 1) / kFolders);
  const uint64_t folder = number / in_folder;
  const uint64_t place = number % in_folder;
  std::string letters;
  append_letters(letters, folder, 3);
  std::string key = fmt::format("song_data/{}/{}/{}/TR{}", letters[0], letters[1], letters[2], letters);
  append_letters(key, place * 676 / in_folder, 2);
  Random random(seed_, Random::Purpose::kSong, number);
  key += fmt::format("128F{:04X}{:03X}.json", place * 65536 / in_folder, random.below(4096));
  return key;
}

uint64_t Catalogue::first_recording(uint64_t number) const {
  return is_second_recording(number) ? number - 1 : number;
}

uint64_t Catalogue::artist_of(uint64_t number) const {
  if (is_second_record(number)) return artist_of(number - 1);
  Random random(seed_, Random::Purpose::kSong, first_recording(number));
  // The product of two uniform numbers: some artists have many songs, most have one or two.
  const uint64_t skewed = (random.next() >> 32) * (random.next() >> 32) >> 32;
  return skewed * artists() >> 32;
}

void Catalogue::describe(uint64_t number, Song& song) const {
  const uint64_t original = first_recording(number);
  Random random(seed_, Random::Purpose::kSongText, original);
  song.title.clear();
  append_title(song.title, random);
  if (random.one_in(128)) song.title += ' ';
  song.artist_name.clear();
  append_artist_name(song.artist_name, seed_, artist_of(original));
  respell_artist_name(song.artist_name, random);
  song.duration = draw_duration(random);
  if (number != original) song.duration += random.between(1, 3000000);
}

SongDetails Catalogue::details(uint64_t number) const {
  const uint64_t artist = artist_of(number);
  SongDetails details;
  details.song_id = song_id(number);
  details.artist_id = "AR";
  append_drawn_letters(details.artist_id, Random(seed_, Random::Purpose::kArtist, artist));
  details.artist_id += fmt::format("1187{:07X}", artist ^ 0xFB57099);

  Random artist_random(seed_, Random::Purpose::kArtist, artist);
  const Place& home = artist_random.pick(places());
  const bool has_home = artist_random.per_mille(650);
  const bool is_on_the_map = artist_random.per_mille(550);

  Random random(seed_, Random::Purpose::kSongDetails, number);
  details.year = random.per_mille(450) ? 0 : static_cast<int>(random.between(1950, 2010));
  if (has_home && random.per_mille(850)) {
    details.artist_location = home.name;
    if (random.one_in(8)) details.artist_location += " and elsewhere";
  }
  details.has_coordinates = is_on_the_map && random.per_mille(800);
  if (details.has_coordinates) {
    const int32_t grain = random.one_in(8) ? 10000 : 1;
    details.latitude = home.latitude / grain * grain;
    details.longitude = home.longitude / grain * grain;
  }
  return details;
}

std::string Catalogue::song_id(uint64_t number) const {
  if (is_second_record(number)) return song_id(number - 1);
  std::string id = "SO";
  append_drawn_letters(id, Random(seed_, Random::Purpose::kSong, number));
  id += fmt::format("12A{:08X}", number ^ 0x8C143F5D);
  return id;
}

void Catalogue::describe_unlisted(uint64_t number, Song& song) const {
  Random random(seed_, Random::Purpose::kUnlistedSong, number);
  song.title.clear();
  append_title(song.title, random);
  song.title += random.pick(unlisted_title_endings());
  song.artist_name.clear();
  const uint64_t artist = random.rank(artists());
  const bool is_known = random.one_in(3);
  append_artist_name(song.artist_name, seed_, is_known ? artist : artists() + artist);
  respell_artist_name(song.artist_name, random);
  song.duration = draw_duration(random);
}

}  // namespace starlift::synth
