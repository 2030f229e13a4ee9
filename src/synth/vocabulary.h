#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace starlift::synth {

/// A list of UTF-8 words; neither they nor their order may change without changing every data set.
using Words = std::span<const std::string_view>;

/// Where an artist lives; the coordinates are in units of 0.00001 degrees.
struct Place {
  std::string_view name;
  int32_t latitude = 0;
  int32_t longitude = 0;
};

Words female_first_names();
Words male_first_names();
Words last_names();
/// Where listeners live, as the logs write it: "San Jose-Sunnyvale-Santa Clara, CA".
Words metropolitan_areas();
/// Some with the quotes that the logs carry inside the value, one with backslashes.
Words user_agents();

Words nouns();
Words adjectives();
/// Words of many languages and scripts, among them characters beyond U+FFFF.
Words foreign_words();
/// Titles that many artists use.
Words common_titles();
/// What a catalogue title may end with: " (Album Version)".
Words title_endings();
/// What only titles outside the catalogue end with, so that they never equal one inside: " (Live)".
Words unlisted_title_endings();
std::span<const Place> places();

}  // namespace starlift::synth
