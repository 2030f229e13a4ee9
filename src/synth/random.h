#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace starlift::synth {

/// A stream of numbers that is the same on every machine: splitmix64 (Steele, Lea, Flood: "Fast
/// splittable pseudorandom number generators", OOPSLA 2014) and integer arithmetic only, because the
/// results of the standard library's distributions are its own affair.
///
/// Cheap to make: a thing known by its number is drawn from Random(seed, purpose, number) whenever it is
/// needed, instead of being kept.
class Random {
 public:
  /// What the numbers are for; streams of different purposes do not resemble each other.
  enum class Purpose : uint64_t {
    kArtist,
    kSong,
    kSongText,
    kSongDetails,
    kUnlistedSong,
    kListener,
    kSchedule,
    kSessions,
    kJukebox,
    kSongDirt,
    kEventDirt,
    kSongDirtText,
    kEventDirtText,
  };

  Random(uint64_t seed, Purpose purpose, uint64_t number = 0)
      : state_(mix(mix(seed + kGamma) + static_cast<uint64_t>(purpose) * kGamma) + number * kGamma) {
    state_ = mix(state_);
  }

  uint64_t next() { return mix(state_ += kGamma); }

  /// Returns a number from 0 to `count` - 1; `count` is at least 1.
  uint32_t below(uint32_t count) { return static_cast<uint32_t>(((next() >> 32) * count) >> 32); }

  /// Returns a number from `low` to `high`, both included, less than 2^32 apart.
  int64_t between(int64_t low, int64_t high) { return low + below(static_cast<uint32_t>(high - low + 1)); }

  /// Returns true once in `count` times.
  bool one_in(uint32_t count) { return below(count) == 0; }

  /// Returns true `thousandths` times in 1,000.
  bool per_mille(uint32_t thousandths) { return below(1000) < thousandths; }

  /// Returns a rank from 0 to `count` - 1, each about as probable as 1 / (rank + 1): Zipf's law.
  uint64_t rank(uint64_t count) {
    const auto octaves = static_cast<uint32_t>(std::bit_width(count));
    for (;;) {
      const uint64_t first = (uint64_t{1} << below(octaves)) - 1;
      const uint64_t chosen = first + (next() & first);
      if (chosen < count) return chosen;
    }
  }

  template <class T>
  const T& pick(std::span<const T> values) {
    return values[below(static_cast<uint32_t>(values.size()))];
  }

 private:
  static constexpr uint64_t kGamma = 0x9E3779B97F4A7C15u;

  static uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace starlift::synth
