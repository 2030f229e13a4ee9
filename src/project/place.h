#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace starlift {

/// A line of a definition's file. Lines count from 1.
struct Place {
  std::string file;
  int line = 1;
};

/// Returns "star/users.sql:12".
std::string to_string(const Place& place);

/// Returns the place of the character at `offset` of `text`, which begins at `start`.
Place place_in(std::string_view text, size_t offset, const Place& start);

/// Returns the error that refuses what stands at `place`, for throwing.
Error refusal(const Place& place, const std::string& message);

/// Returns `; did you mean "users"?` when a candidate is near, else nothing.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace starlift
