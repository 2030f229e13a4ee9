#pragma once

#include <cstdint>
#include <vector>

#include "synth/random.h"

namespace starlift::synth {

/// When something happens: exactly `events` moments in ascending order, spread over `days` days with more
/// of them in the evenings than at night and more on weekdays than at weekends.
///
/// Draws an hour's moments a few at a time and sorts only those. In a thin hour they stand close together,
/// so that they make a session.
class Schedule {
 public:
  Schedule(uint64_t seed, uint64_t events, int days);

  /// Returns the next moment in milliseconds since 1970-01-01 UTC; call at most `events` times.
  int64_t next();

 private:
  void draw_block();
  void begin_hour();

  Random random_;
  uint64_t events_;
  uint64_t total_weight_ = 0;

  int64_t hour_ = -1;           ///< since the first day's midnight
  uint64_t weight_so_far_ = 0;  ///< of all hours up to the end of this one
  uint64_t left_in_hour_ = 0;
  int64_t hour_rest_begin_ = 0;  ///< the part of the hour that has no moments yet, milliseconds
  int64_t hour_end_ = 0;

  std::vector<int64_t> block_;  ///< descending: the next moment is the last
};

}  // namespace starlift::synth
