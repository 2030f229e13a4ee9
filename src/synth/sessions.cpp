#include "synth/sessions.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "synth/calendar.h"

namespace starlift::synth {

namespace {

/// A session that the schedule has left behind by this much is over.
constexpr int64_t kPatienceMs = 3 * kHourMs;

constexpr int64_t kDurationUnitsPerMs = 100;

}  // namespace

Sessions::Sessions(uint64_t seed, std::vector<Listener>& listeners, Schedule schedule, Jukebox jukebox)
    : random_(seed, Random::Purpose::kSessions),
      listeners_(listeners),
      schedule_(std::move(schedule)),
      jukebox_(jukebox),
      sessions_(listeners.size()),
      away_(listeners.size()) {
  std::iota(away_.begin(), away_.end(), uint32_t{0});
}

void Sessions::next(Event& event) {
  const int64_t now = schedule_.next();
  drop_forgotten(now);
  const bool is_any_due = !due_.empty() && due_.front().time <= now;
  if (!is_any_due && !away_.empty()) begin_session(now);

  const Due due = take_first();
  Session& session = sessions_[due.listener];
  // Later than now only when nobody is away: then a listener skips to the next song.
  event.timestamp = std::min(due.time, now);
  event.listener = due.listener;
  event.session = session.id;
  event.item = session.item++;
  event.page = session.page;
  event.state = {session.is_logged_in, listeners_[due.listener].is_paid};
  if (event.page == Page::kNextSong) jukebox_.choose(event.play);
  go_on(event);
}

void Sessions::begin_session(int64_t now) {
  // The fonder of two comes: some listeners have many sessions, others few.
  const auto count = static_cast<uint32_t>(away_.size());
  const uint32_t one = random_.below(count);
  const uint32_t other = random_.below(count);
  const uint32_t place = listeners_[away_[one]].fondness < listeners_[away_[other]].fondness ? other : one;
  const uint32_t listener = away_[place];
  away_[place] = away_.back();
  away_.pop_back();

  ListenerState state{true, listeners_[listener].is_paid};
  Session& session = sessions_[listener];
  session = {.id = ++last_session_, .item = 0, .page = first_page(state, random_), .song_end = now};
  session.is_logged_in = state.is_logged_in;
  put({now, listener});
}

void Sessions::drop_forgotten(int64_t now) {
  while (!due_.empty() && due_.front().time < now - kPatienceMs)
    away_.push_back(take_first().listener);
}

void Sessions::go_on(const Event& event) {
  Session& session = sessions_[event.listener];
  ListenerState state = event.state;
  take_effect(event.page, state);
  session.is_logged_in = state.is_logged_in;
  listeners_[event.listener].is_paid = state.is_paid;
  session.page = next_page(event.page, state, random_);
  if (session.page == Page::kNone) {
    away_.push_back(event.listener);
  } else {
    put({due_after(event, session), event.listener});
  }
}

int64_t Sessions::due_after(const Event& event, Session& session) {
  if (event.page == Page::kNextSong) {
    session.song_end = event.timestamp + event.play.song.duration / kDurationUnitsPerMs;
  }
  if (session.page == Page::kNextSong) return std::max(event.timestamp, session.song_end);
  return event.timestamp + random_.between(kSecondMs, 40 * kSecondMs);
}

Sessions::Due Sessions::take_first() {
  std::pop_heap(due_.begin(), due_.end(), std::greater<>());
  const Due first = due_.back();
  due_.pop_back();
  return first;
}

void Sessions::put(Due due) {
  due_.push_back(due);
  std::push_heap(due_.begin(), due_.end(), std::greater<>());
}

}  // namespace starlift::synth
