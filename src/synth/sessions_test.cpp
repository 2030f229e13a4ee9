#include "synth/sessions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "synth/calendar.h"

namespace starlift::synth {

namespace {

constexpr uint64_t kSeed = 3;
constexpr uint64_t kEvents = 40'000;
constexpr int kDays = 14;

const std::vector<Event>& all_events() {
  static const std::vector<Event> kAll = [] {
    const Catalogue catalogue(kSeed, 1000);
    const SongDirt dirt(kSeed, 1000, 0);
    std::vector<Listener> listeners = make_listeners(kSeed, 200);
    Sessions sessions(kSeed, listeners, Schedule(kSeed, kEvents, kDays), Jukebox(kSeed, catalogue, dirt));
    std::vector<Event> events(kEvents);
    for (Event& event : events)
      sessions.next(event);
    return events;
  }();
  return kAll;
}

std::map<uint32_t, std::vector<Event>> by_session() {
  std::map<uint32_t, std::vector<Event>> sessions;
  for (const Event& event : all_events())
    sessions[event.session].push_back(event);
  return sessions;
}

int64_t day_of(const Event& event) {
  return event.timestamp / kDayMs;
}

/// Returns whether the page of `next` may come after that of `event`.
bool may_follow(const Event& event, const Event& next) {
  switch (next.page) {
    case Page::kNextSong:
      return next.state.is_logged_in && event.page != Page::kLogin;
    case Page::kLogin:
      return !next.state.is_logged_in;
    case Page::kSubmitUpgrade:
      return event.page == Page::kUpgrade;
    case Page::kSubmitDowngrade:
      return event.page == Page::kDowngrade;
    case Page::kSaveSettings:
      return event.page == Page::kSettings;
    case Page::kHome:
      return true;
    default:
      return event.page != Page::kLogin;
  }
}

}  // namespace

TEST(SessionsTest, EventsComeInTheOrderOfTimeWithinTheirDays) {
  int64_t last = kFirstTimestamp;
  for (const Event& event : all_events()) {
    ASSERT_GE(event.timestamp, last);
    last = event.timestamp;
  }
  EXPECT_LT(last, kFirstTimestamp + kDays * kDayMs);
}

TEST(SessionsTest, ASessionIsOneListenersAndCountsFromZero) {
  for (const auto& [id, events] : by_session()) {
    for (size_t i = 0; i < events.size(); ++i) {
      ASSERT_EQ(events[i].item, i) << id;
      ASSERT_EQ(events[i].listener, events[0].listener) << id;
    }
  }
}

TEST(SessionsTest, SomeSessionsCrossMidnight) {
  size_t crossing = 0;
  for (const auto& [id, events] : by_session())
    crossing += day_of(events.front()) != day_of(events.back());
  EXPECT_GT(crossing, 5u);
}

TEST(SessionsTest, ASongLastsAsLongAsItIs) {
  for (const auto& [id, events] : by_session()) {
    for (size_t i = 0; i + 1 < events.size(); ++i) {
      if (events[i].page != Page::kNextSong || events[i + 1].page != Page::kNextSong) continue;
      ASSERT_EQ(events[i + 1].timestamp - events[i].timestamp, events[i].play.song.duration / 100);
    }
  }
}

TEST(SessionsTest, PagesFollowFromOneAnother) {
  for (const auto& [id, events] : by_session()) {
    for (size_t i = 0; i + 1 < events.size(); ++i) {
      const Event& event = events[i];
      const Event& next = events[i + 1];
      ASSERT_EQ(next.state.is_logged_in,
                event.page == Page::kLogin || (event.state.is_logged_in && event.page != Page::kLogout));
      ASSERT_TRUE(may_follow(event, next)) << id;
    }
  }
}

TEST(SessionsTest, EveryPageIsVisited) {
  std::set<Page> pages;
  for (const Event& event : all_events())
    pages.insert(event.page);
  EXPECT_EQ(pages.size(), kPages);
}

TEST(SessionsTest, LevelsChangeWhenAChangeIsSubmittedAndOnlyThen) {
  std::map<uint32_t, bool> is_paid;
  size_t changes = 0;
  for (const Event& event : all_events()) {
    const auto known = is_paid.find(event.listener);
    ASSERT_TRUE(known == is_paid.end() || known->second == event.state.is_paid);
    ListenerState after = event.state;
    take_effect(event.page, after);
    changes += after.is_paid != event.state.is_paid;
    is_paid[event.listener] = after.is_paid;
  }
  EXPECT_GT(changes, 10u);
}

TEST(SessionsTest, EveningsAreBusierThanNightsAndWeekdaysThanWeekends) {
  std::map<int64_t, size_t> by_hour;
  std::map<int64_t, size_t> by_day;
  for (const Event& event : all_events()) {
    ++by_hour[event.timestamp / kHourMs % 24];
    ++by_day[(event.timestamp - kFirstTimestamp) / kDayMs];
  }
  EXPECT_GT(by_hour[17], 2 * by_hour[3]);
  EXPECT_GT(by_day[1] * 2, by_day[2] * 3);  // Friday, Saturday
}

TEST(SessionsTest, SomeSongsAreFarMorePopularThanOthers) {
  std::map<std::string, size_t> plays;
  size_t all = 0;
  for (const Event& event : all_events()) {
    if (event.page != Page::kNextSong) continue;
    ++plays[event.play.song.title + '\0' + event.play.song.artist_name];
    ++all;
  }
  std::vector<size_t> counts;
  counts.reserve(plays.size());
  for (const auto& [song, count] : plays)
    counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  EXPECT_GT(counts[0] * 100, all);
  EXPECT_EQ(counts.back(), 1u);
}

TEST(SessionsTest, ListenersRegisteredBeforeTheFirstDay) {
  for (const Listener& listener : make_listeners(kSeed, 500))
    ASSERT_LT(listener.registration, kFirstTimestamp);
}

}  // namespace starlift::synth
