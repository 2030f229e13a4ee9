#include "synth/listeners.h"

#include "synth/calendar.h"
#include "synth/random.h"
#include "synth/vocabulary.h"

namespace starlift::synth {

namespace {

uint16_t draw_place_in(Words words, Random& random) {
  return static_cast<uint16_t>(random.below(static_cast<uint32_t>(words.size())));
}

Listener make_listener(uint64_t seed, uint64_t number) {
  Random random(seed, Random::Purpose::kListener, number);
  Listener listener;
  listener.is_female = random.per_mille(550);
  listener.first_name = draw_place_in(listener.is_female ? female_first_names() : male_first_names(), random);
  listener.last_name = draw_place_in(last_names(), random);
  listener.metropolitan_area = draw_place_in(metropolitan_areas(), random);
  listener.user_agent = draw_place_in(user_agents(), random);
  listener.is_paid = random.per_mille(220);
  listener.fondness = static_cast<uint8_t>(random.below(listener.is_paid ? 256 : 128));
  listener.registration = kFirstTimestamp - random.between(kMinuteMs, 45 * kDayMs);
  return listener;
}

}  // namespace

std::vector<Listener> make_listeners(uint64_t seed, uint64_t count) {
  std::vector<Listener> listeners;
  listeners.reserve(count);
  for (uint64_t number = 0; number < count; ++number)
    listeners.push_back(make_listener(seed, number));
  return listeners;
}

}  // namespace starlift::synth
