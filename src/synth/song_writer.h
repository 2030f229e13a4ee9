#pragma once

#include <string>

#include "synth/catalogue.h"
#include "synth/generator.h"
#include "synth/object_sink.h"
#include "synth/song_dirt.h"

namespace starlift::synth {

/// Writes the catalogue as objects of one song each, dirt aside, and counts what it wrote.
class SongWriter {
 public:
  SongWriter(uint64_t seed, const Catalogue& catalogue, const SongDirt& dirt, ObjectSink& sink,
             DatasetSummary& summary)
      : seed_(seed), catalogue_(catalogue), dirt_(dirt), sink_(sink), summary_(summary) {}

  /// Writes the object that begins with song `number` and returns the number of songs it holds.
  uint64_t write_object(uint64_t number);

 private:
  void append_record(std::string& out, uint64_t number);
  void add_dirt(Dirt dirt, uint64_t number);
  void count(Dirt dirt, uint64_t songs);
  void count_dirt(Dirt dirt) { ++summary_.dirt[std::string(traits(dirt).name)]; }

  uint64_t seed_;
  const Catalogue& catalogue_;
  const SongDirt& dirt_;
  ObjectSink& sink_;
  DatasetSummary& summary_;
  Song song_;            ///< that of the record written last
  std::string content_;  ///< of the object being made
};

}  // namespace starlift::synth
