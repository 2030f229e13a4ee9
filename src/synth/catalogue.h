#pragma once

#include <cstdint>
#include <string>

#include "synth/random.h"

namespace starlift::synth {

/// What a listener sees of a song. The duration is in units of 0.00001 seconds.
struct Song {
  std::string title;
  std::string artist_name;
  int64_t duration = 0;
};

/// What a song file says beside that.
struct SongDetails {
  std::string artist_id;
  std::string song_id;
  std::string artist_location;  ///< may be empty
  bool has_coordinates = false;
  int32_t latitude = 0;  ///< in units of 0.00001 degrees
  int32_t longitude = 0;
  int year = 0;  ///< 0 when unknown
};

/// All songs of a data set, by number, and as many as anybody could play that are not in it.
///
/// Holds no song: each is computed from the seed and its number when asked for, so a catalogue of any
/// size costs nothing to keep. One song in 40 is a second recording (title and artist as the song
/// before, another duration and id); one in 200 is a second record of the song before (same song id and
/// artist, other values); artists have several songs, spellings, locations and coordinates.
class Catalogue {
 public:
  Catalogue(uint64_t seed, uint64_t songs) : seed_(seed), songs_(songs) {}

  uint64_t songs() const { return songs_; }

  /// Returns the key of the song's object, "song_data/A/B/C/TRABC....json"; keys ascend with the number.
  std::string key(uint64_t number) const;

  /// Fills `song`, whose memory is used again.
  void describe(uint64_t number, Song& song) const;
  SongDetails details(uint64_t number) const;

  /// Fills `song` with one that the catalogue does not have: no title in it equals this one.
  void describe_unlisted(uint64_t number, Song& song) const;

 private:
  uint64_t artists() const { return songs_ / 4 + 1; }
  /// The song whose title, artist and spelling this one has; itself for most.
  uint64_t first_recording(uint64_t number) const;
  uint64_t artist_of(uint64_t number) const;
  std::string song_id(uint64_t number) const;

  uint64_t seed_;
  uint64_t songs_;
};

}  // namespace starlift::synth
