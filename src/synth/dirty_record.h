#pragma once

#include <string>
#include <string_view>

#include "synth/dirt.h"
#include "synth/random.h"

namespace starlift::synth {

/// U+FEFF in UTF-8.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Changes one clean record as `dirt` says; dirt that concerns only the place of a record changes nothing.
///
/// Good dirt leaves alone what decides which plays there are and which song they match: event keys, user
/// ids, pages, titles and artist names.
void apply_dirt(Dirt dirt, Dataset dataset, std::string& record, Random& random);

}  // namespace starlift::synth
