#include "synth/jukebox.h"

namespace starlift::synth {

namespace {

constexpr uint32_t kListedPerMille = 340;

/// A prime above every catalogue's size: multiplying with it shuffles the numbers below that size.
constexpr uint64_t kShuffle = 2654435761;

}  // namespace

void Jukebox::choose(Play& play) {
  play.is_listed = false;
  if (catalogue_.songs() > 0 && random_.per_mille(kListedPerMille)) {
    const uint64_t number = random_.rank(catalogue_.songs()) * kShuffle % catalogue_.songs();
    play.is_listed = dirt_.is_loadable(number);
    if (play.is_listed) choose_listed(number, play.song);
  }
  if (!play.is_listed) catalogue_.describe_unlisted(random_.rank(3 * catalogue_.songs() + 1000), play.song);
}

void Jukebox::choose_listed(uint64_t number, Song& song) {
  catalogue_.describe(number, song);
  if (random_.one_in(64)) (random_.one_in(2) ? song.title : song.artist_name) += "  ";
  // Not always the very same recording.
  if (random_.one_in(8)) song.duration += random_.between(-50000, 50000);
}

}  // namespace starlift::synth
