#pragma once

#include <cstdint>
#include <vector>

namespace starlift::synth {

/// A user as the logs show them. Names and places are numbers in the word lists. Only the level changes.
struct Listener {
  uint16_t first_name = 0;
  uint16_t last_name = 0;
  uint16_t metropolitan_area = 0;
  uint16_t user_agent = 0;
  bool is_female = false;
  bool is_paid = false;
  uint8_t fondness = 0;      ///< the greater, the more often they come
  int64_t registration = 0;  ///< milliseconds since 1970-01-01 UTC, before the first day of the logs
};

/// Returns `count` listeners; their user id is their place, from 1.
std::vector<Listener> make_listeners(uint64_t seed, uint64_t count);

}  // namespace starlift::synth
