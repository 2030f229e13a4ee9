#pragma once

#include <cstdint>

#include "synth/catalogue.h"
#include "synth/song_dirt.h"

namespace starlift::synth {

/// What one listener hears. `is_listed` tells whether the catalogue has a loadable record with this title
/// and artist name, trailing blanks ignored.
struct Play {
  Song song;
  bool is_listed = false;
};

/// Chooses songs: about a third from the catalogue, the others from outside, a few of each very popular.
class Jukebox {
 public:
  Jukebox(uint64_t seed, const Catalogue& catalogue, const SongDirt& dirt)
      : catalogue_(catalogue), dirt_(dirt), random_(seed, Random::Purpose::kJukebox) {}

  /// Fills `play`, whose memory is used again.
  void choose(Play& play);

 private:
  void choose_listed(uint64_t number, Song& song);

  const Catalogue& catalogue_;
  const SongDirt& dirt_;
  Random random_;
};

}  // namespace starlift::synth
