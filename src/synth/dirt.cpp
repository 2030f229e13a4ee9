#include "synth/dirt.h"

#include <array>
#include <span>
#include <vector>

#include "synth/random.h"

namespace starlift::synth {

namespace {

constexpr std::array<DirtTraits, kDirtKinds> kTraits = {{
    {.name = "none"},
    {.name = "broken JSON", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "truncated", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "wrong text", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "out of range", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "missing required", .is_bad = true, .in_songs = false, .in_events = true},
    {.name = "NUL escape", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "invalid UTF-8", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "lone surrogate", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "text too long", .is_bad = true, .in_songs = true, .in_events = true},
    {.name = "oversized record", .is_bad = true},
    {.name = "longest text", .in_songs = true, .in_events = true},
    {.name = "other type for text", .in_songs = true, .in_events = true},
    {.name = "numeric name"},
    {.name = "numeric text", .in_songs = true, .in_events = true},
    {.name = "point zero", .in_songs = true, .in_events = true},
    {.name = "empty number", .in_songs = true, .in_events = true},
    {.name = "unknown fields", .in_songs = true, .in_events = true},
    {.name = "absent fields", .in_songs = true, .in_events = true},
    {.name = "duplicate keys", .in_songs = true, .in_events = true},
    {.name = "pretty-printed", .in_songs = true, .in_events = true},
    {.name = "repeated record", .in_songs = true, .in_events = true},
    {.name = "repeated elsewhere", .in_events = true},
    {.name = "empty lines", .in_songs = true, .in_events = true},
    {.name = "Windows newlines", .in_songs = true, .in_events = true},
    {.name = "no newline", .in_events = true},
    {.name = "byte order mark", .in_songs = true},
    {.name = "two in one object", .in_songs = true},
    {.name = "top-level array", .in_songs = true},
}};

std::vector<Dirt> kinds_of(Dataset dataset) {
  std::vector<Dirt> kinds;
  for (size_t i = 0; i < kDirtKinds; ++i) {
    if (dataset == Dataset::kSongs ? kTraits[i].in_songs : kTraits[i].in_events) {
      kinds.push_back(static_cast<Dirt>(i));
    }
  }
  return kinds;
}

std::span<const Dirt> drawable_kinds(Dataset dataset) {
  static const std::array<std::vector<Dirt>, 2> kKinds = {kinds_of(Dataset::kSongs),
                                                          kinds_of(Dataset::kEvents)};
  return kKinds[static_cast<size_t>(dataset)];
}

}  // namespace

const DirtTraits& traits(Dirt dirt) {
  return kTraits[static_cast<size_t>(dirt)];
}

DirtPlan::DirtPlan(uint64_t seed, Dataset dataset, double fraction)
    : seed_(seed), dataset_(dataset), threshold_(static_cast<uint64_t>(fraction * 4294967296.0)) {}

Dirt DirtPlan::draw(uint64_t number) const {
  if (is_clean()) return Dirt::kNone;
  const bool is_song = dataset_ == Dataset::kSongs;
  Random random(seed_, is_song ? Random::Purpose::kSongDirt : Random::Purpose::kEventDirt, number);
  if (random.next() >> 32 >= threshold_) return Dirt::kNone;
  return random.pick(drawable_kinds(dataset_));
}

}  // namespace starlift::synth
