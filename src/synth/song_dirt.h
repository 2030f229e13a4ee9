#pragma once

#include <cstdint>

#include "synth/dirt.h"

namespace starlift::synth {

/// The dirt of the song objects: which song has which, and which songs share an object.
class SongDirt {
 public:
  SongDirt(uint64_t seed, uint64_t songs, double fraction)
      : songs_(songs), plan_(seed, Dataset::kSongs, fraction) {}

  const DirtPlan& plan() const { return plan_; }

  /// Returns the dirt of the object that begins with song `number`.
  Dirt of(uint64_t number) const {
    const Dirt drawn = plan_.draw(number);
    return drawn == Dirt::kTwoInOneObject && !may_share(number) ? Dirt::kNone : drawn;
  }

  /// Returns whether song `number` + 1 stands in the same object as song `number`.
  bool holds_next(uint64_t number) const {
    const Dirt dirt = may_share(number) ? of(number) : Dirt::kNone;
    return dirt == Dirt::kTwoInOneObject || dirt == Dirt::kTopLevelArray;
  }

  /// Returns whether a loader takes the record of song `number`.
  bool is_loadable(uint64_t number) const {
    const bool is_in_object_before = number > 0 && holds_next(number - 1);
    return is_in_object_before || !traits(of(number)).is_bad;
  }

 private:
  // Only even songs take the next one in, so that nothing depends on more than one neighbour.
  bool may_share(uint64_t number) const { return number % 2 == 0 && number + 1 < songs_; }

  uint64_t songs_;
  DirtPlan plan_;
};

}  // namespace starlift::synth
