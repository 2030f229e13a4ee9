#include "project/encodings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "sql/column_encoding.h"

namespace starlift {

namespace {

const Column& find_column(const std::string& name, const Place& place, std::span<const Column> columns) {
  std::vector<std::string> names;
  for (const auto& column : columns) {
    if (column.name == name) return column;
    names.push_back(column.name);
  }
  throw refusal(place, fmt::format("encoding names \"{}\", which is none of the columns{}", name,
                                   suggestion(name, names)));
}

}  // namespace

std::map<std::string, std::string> read_encodings(const TomlTable& redshift,
                                                  std::span<const Column> columns) {
  std::map<std::string, std::string> encodings;
  auto table = redshift.find_table("encoding");
  if (!table) return encodings;
  for (const auto& name : table->keys()) {
    auto written = table->text(name);
    const Column& column = find_column(name, written.place, columns);
    auto encoding = to_lower(written.text);
    auto possible = encodings_of(column.type);
    if (std::find(possible.begin(), possible.end(), encoding) == possible.end()) {
      throw refusal(written.place,
                    fmt::format("\"{}\" is no encoding of column \"{}\", which is {}; write one of {}",
                                written.text, name, to_string(column.type), fmt::join(possible, ", ")));
    }
    encodings[name] = encoding;
  }
  return encodings;
}

}  // namespace starlift
