#pragma once

#include <cstdint>
#include <vector>

#include "synth/jukebox.h"
#include "synth/listeners.h"
#include "synth/pages.h"
#include "synth/schedule.h"

namespace starlift::synth {

/// One line of the logs.
struct Event {
  int64_t timestamp = 0;  ///< milliseconds since 1970-01-01 UTC
  uint32_t listener = 0;
  uint32_t session = 0;
  uint32_t item = 0;  ///< its place in the session, from 0
  Page page = Page::kHome;
  ListenerState state;  ///< before the page's effect
  Play play;            ///< meant only when the page is NextSong
};

/// All sessions of all listeners as one stream of events in the order of time.
///
/// The schedule says when an event is to happen. Then the session that is due next goes on, at the very
/// moment it is due (when its song has ended); if none is due, a listener who is away begins a new one. So
/// the number of events is exact, songs last as long as they should, and nothing is kept but what each
/// listener is doing now.
class Sessions {
 public:
  Sessions(uint64_t seed, std::vector<Listener>& listeners, Schedule schedule, Jukebox jukebox);

  /// Fills `event` with the next one; call as often as the schedule has events.
  void next(Event& event);

 private:
  struct Session {
    uint32_t id = 0;
    uint32_t item = 0;
    Page page = Page::kNone;  ///< the next one
    bool is_logged_in = true;
    int64_t song_end = 0;
  };

  /// A listener whose session goes on at `time`.
  struct Due {
    int64_t time;
    uint32_t listener;

    bool operator>(const Due& other) const {
      return time != other.time ? time > other.time : listener > other.listener;
    }
  };

  void begin_session(int64_t now);
  void drop_forgotten(int64_t now);
  Due take_first();
  void put(Due due);
  void go_on(const Event& event);
  int64_t due_after(const Event& event, Session& session);

  Random random_;
  std::vector<Listener>& listeners_;
  Schedule schedule_;
  Jukebox jukebox_;
  std::vector<Session> sessions_;  ///< one per listener
  std::vector<uint32_t> away_;     ///< listeners without a session
  std::vector<Due> due_;           ///< a heap, the earliest first
  uint32_t last_session_ = 0;
};

}  // namespace starlift::synth
