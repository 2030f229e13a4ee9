#include "synth/command_line.h"

namespace starlift::synth {

std::vector<Flag> flags_of(GeneratorOptions& options) {
  return {
      {"--songs", "How many song objects", &options.songs},
      {"--events", "How many log records", &options.events},
      {"--users", "How many users", &options.users},
      {"--days", "How many days of logs, from 2018-11-01", &options.days},
      {"--seed", "The same seed gives the same bytes", &options.seed},
      {"--dirty", "The share of records with something unusual or wrong, 0 to 1", &options.dirty},
  };
}

uint64_t records_of(const GeneratorOptions& options) {
  return options.songs + options.events;
}
uint64_t records_of(const GeneratorProgress& progress) {
  return progress.songs + progress.events;
}

std::vector<NamedDataset> datasets_of(const GeneratorSummary& summary) {
  return {{"song_data", summary.songs}, {"log_data", summary.events}};
}

std::vector<NamedCount> expectations_of(const GeneratorSummary& summary) {
  return {{"plays", summary.plays}, {"matching_plays", summary.matching_plays}};
}

}  // namespace starlift::synth
