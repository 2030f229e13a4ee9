#include "json/jsonpaths.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/error.h"
#include "base/text.h"

namespace starlift {

namespace {

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
  throw Error(ErrorKind::kConfiguration,
              fmt::format("{}: {}. A jsonpaths file looks like {{\"jsonpaths\": [\"$['a']\", \"$.b\"]}}.",
                          place, what))
      .at(place);
}

simdjson::dom::array find_paths(const simdjson::dom::element& root, const std::string& place) {
  simdjson::dom::object object;
  if (root.get(object)) refuse(place, "it holds no JSON object");
  for (auto [key, value] : object) {
    if (key != "jsonpaths") refuse(place, fmt::format("it has the key {}", to_json_string(key)));
  }
  simdjson::dom::array paths;
  if (object["jsonpaths"].get(paths)) refuse(place, "it has no list under the key \"jsonpaths\"");
  return paths;
}

}  // namespace

std::vector<FieldPath> parse_jsonpaths(std::string_view bytes, const std::string& place) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (auto error = parser.parse(bytes.data(), bytes.size()).get(root)) {
    refuse(place, fmt::format("it is not valid JSON ({})", simdjson::error_message(error)));
  }
  std::vector<FieldPath> paths;
  for (auto element : find_paths(root, place)) {
    std::string_view text;
    size_t position = paths.size() + 1;
    if (element.get(text)) refuse(place, fmt::format("path {} is not a text", position));
    auto path = parse_field_path(text);
    if (!path) refuse(place, fmt::format("path {}, {}, is not supported", position, to_json_string(text)));
    paths.push_back(*std::move(path));
  }
  return paths;
}

}  // namespace starlift
