#include "synth/generator.h"

#include <fmt/format.h>

#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "synth/log_writer.h"
#include "synth/song_writer.h"

namespace starlift::synth {

namespace {

using ProgressListener = std::function<void(const GeneratorProgress&)>;

constexpr uint64_t kMaxSongs = 1'000'000'000;
constexpr uint64_t kMaxEvents = 10'000'000'000;
constexpr uint64_t kMaxUsers = 100'000'000;
constexpr int kMaxDays = 36'500;
constexpr uint64_t kSongsPerProgress = 1 << 8;
constexpr uint64_t kEventsPerProgress = 1 << 14;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorKind::kUsage, message);
}

void check_at_most(const char* name, uint64_t value, uint64_t limit) {
  if (value <= limit) return;
  refuse(fmt::format("--{} is {}, but at most {} can be generated", name, value,
                     format_count(static_cast<int64_t>(limit))));
}

void check(const GeneratorOptions& options) {
  check_at_most("songs", options.songs, kMaxSongs);
  check_at_most("events", options.events, kMaxEvents);
  check_at_most("users", options.users, kMaxUsers);
  if (options.users == 0) refuse("--users is 0, but somebody must be there; give 1 or more");
  if (options.days < 1 || options.days > kMaxDays) {
    refuse(fmt::format("--days is {}; give 1 to {}", options.days, kMaxDays));
  }
  if (!(options.dirty >= 0 && options.dirty <= 1)) {
    refuse(
        fmt::format("--dirty is {}; give the share of records that it shall concern, 0 to 1", options.dirty));
  }
}

/// Tells the listener, if there is one, how far the generation is.
class ProgressReport {
 public:
  ProgressReport(const GeneratorSummary& summary, const ProgressListener& listener)
      : summary_(summary), listener_(listener) {}

  void tell(uint64_t songs, uint64_t events) const {
    if (listener_) listener_({songs, events, summary_.songs.bytes + summary_.events.bytes});
  }

 private:
  const GeneratorSummary& summary_;
  const ProgressListener& listener_;
};

}  // namespace

GeneratorSummary generate(const GeneratorOptions& options, ObjectSink& sink,
                          const ProgressListener& on_progress) {
  check(options);
  GeneratorSummary summary;
  const ProgressReport progress(summary, on_progress);

  const Catalogue catalogue(options.seed, options.songs);
  const SongDirt song_dirt(options.seed, options.songs, options.dirty);
  SongWriter song_writer(options.seed, catalogue, song_dirt, sink, summary.songs);
  for (uint64_t number = 0; number < options.songs;) {
    number += song_writer.write_object(number);
    if (summary.songs.objects % kSongsPerProgress == 0) progress.tell(number, 0);
  }
  progress.tell(options.songs, 0);

  std::vector<Listener> listeners = make_listeners(options.seed, options.users);
  Sessions sessions(options.seed, listeners, Schedule(options.seed, options.events, options.days),
                    Jukebox(options.seed, catalogue, song_dirt));
  LogWriter log_writer(options, listeners, sink, summary);
  Event event;
  for (uint64_t number = 1; number <= options.events; ++number) {
    sessions.next(event);
    log_writer.add(event);
    if (number % kEventsPerProgress == 0) progress.tell(options.songs, number);
  }
  log_writer.finish();
  progress.tell(options.songs, options.events);
  return summary;
}

}  // namespace starlift::synth
