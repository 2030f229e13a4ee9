#include "project/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace starlift {

std::string to_string(const Place& place) {
  return fmt::format("{}:{}", place.file, place.line);
}

Place place_in(std::string_view text, size_t offset, const Place& start) {
  auto before = text.substr(0, offset);
  return {start.file, start.line + static_cast<int>(std::count(before.begin(), before.end(), '\n'))};
}

Error refusal(const Place& place, const std::string& message) {
  auto where = to_string(place);
  return Error(ErrorKind::kDefinition, where + ": " + message).at(where);
}

std::string suggestion(std::string_view name, std::span<const std::string> candidates) {
  auto nearest = nearest_name(name, candidates);
  return nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "";
}

}  // namespace starlift
