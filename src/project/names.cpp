#include "project/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "project/place.h"

namespace starlift {

bool is_column_name(std::string_view name) {
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  auto is_allowed = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxNameBytes && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

bool is_table_name(std::string_view name) {
  return is_column_name(name) && name[0] != '_';
}

std::string defined_name(const DefinitionFile& file) {
  auto name = file.path.substr(file.path.find('/') + 1);
  name.resize(name.rfind('.'));
  if (!is_table_name(name)) {
    throw refusal({file.path},
                  fmt::format("\"{}\" cannot be a name here; rename the file: {}", name, kTableNameRule));
  }
  return name;
}

}  // namespace starlift
