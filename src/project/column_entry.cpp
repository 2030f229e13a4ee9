#include "project/column_entry.h"

#include <fmt/format.h>

#include <set>

#include "project/names.h"

namespace starlift {

Column read_column(const TomlTable& entry) {
  auto name = entry.text("name");
  if (!is_column_name(name.text)) {
    throw refusal(
        name.place,
        fmt::format("\"{}\" cannot be a column's name; use a-z, 0-9 and _, no digit first, at most {} in all",
                    name.text, kMaxNameBytes));
  }
  auto written_type = entry.text("type");
  auto type = parse_column_type(written_type.text);
  if (!type) {
    throw refusal(written_type.place,
                  fmt::format("unknown type \"{}\" of column \"{}\"; write smallint, integer, bigint, "
                              "decimal(p,s) with p up to 38, "
                              "double, boolean, date, timestamp or varchar(n) with n from 1 to 65535 bytes",
                              written_type.text, name.text));
  }
  return {name.text, *type, !entry.flag("required")};
}

void refuse_duplicate_columns(std::span<const TomlTable> entries) {
  std::set<std::string> names;
  for (const auto& entry : entries) {
    auto name = entry.text("name");
    if (!names.insert(name.text).second) {
      throw refusal(name.place, fmt::format("column \"{}\" is declared a second time", name.text));
    }
  }
}

}  // namespace starlift
