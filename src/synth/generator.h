#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "synth/object_sink.h"

namespace starlift::synth {

/// What to generate. The same options give the same bytes on every machine.
struct GeneratorOptions {
  uint64_t songs = 1000;    ///< records in `song_data`, at most a thousand million
  uint64_t events = 10000;  ///< records in `log_data`, at most ten thousand million
  uint64_t users = 100;     ///< at most 100 million; each costs some 60 bytes of memory
  int days = 30;            ///< the logs begin on 2018-11-01
  uint64_t seed = 1;
  /// The share of records with something unusual or wrong, 0 to 1. Repeated records are written beyond
  /// `songs` and `events`.
  double dirty = 0;
};

/// What was written to one data set.
struct DatasetSummary {
  uint64_t objects = 0;
  uint64_t bytes = 0;
  uint64_t records_good = 0;  ///< a loader takes them; a repeated record counts each time
  uint64_t records_bad = 0;   ///< a loader must reject them, and nothing else
  /// How often each kind of dirt was written, by its name: "broken JSON", "byte order mark".
  std::map<std::string, uint64_t> dirt;
};

struct GeneratorSummary {
  DatasetSummary songs;
  DatasetSummary events;
  /// Different plays (events of page NextSong) among the good records: the rows of a right fact table.
  uint64_t plays = 0;
  /// Those with a good song record of equal title and artist name, trailing blanks ignored.
  uint64_t matching_plays = 0;
};

struct GeneratorProgress {
  uint64_t songs = 0;
  uint64_t events = 0;
  uint64_t bytes = 0;
};

/// Writes a music service's data as objects: `song_data/A/B/C/TR....json`, one song each, then
/// `log_data/YYYY/MM/YYYY-MM-DD-events.json`, one per day with events. Memory does not grow with songs,
/// events or days.
///
/// `on_progress` is called now and then; what it throws (a request to stop) reaches the caller. Throws
/// Error{kUsage} for options out of their range.
GeneratorSummary generate(const GeneratorOptions& options, ObjectSink& sink,
                          const std::function<void(const GeneratorProgress&)>& on_progress = {});

}  // namespace starlift::synth
