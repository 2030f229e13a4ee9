#pragma once

#include <string>

#include "synth/random.h"

namespace starlift::synth {

/// Appends an invented title; some are common to many artists.
void append_title(std::string& out, Random& random);

/// Appends the name of an artist, the same for the same number; a few are numbers: "311".
void append_artist_name(std::string& out, uint64_t seed, uint64_t artist);

/// Changes a name into one of the spellings under which the same artist appears; mostly not at all.
void respell_artist_name(std::string& name, Random& random);

}  // namespace starlift::synth
