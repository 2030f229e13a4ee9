#include "pipeline/schema.h"

#include <algorithm>

namespace starlift {

const SchemaTable* Schema::find(std::string_view table) const {
  auto found = std::find_if(tables.begin(), tables.end(),
                            [&](const SchemaTable& candidate) { return candidate.name == table; });
  return found == tables.end() ? nullptr : &*found;
}

std::string grain_of(const SchemaTable& table) {
  size_t end = table.description.find(". ");
  return end == table.description.npos ? table.description : table.description.substr(0, end + 1);
}

std::string_view to_string(SchemaTable::Kind kind) {
  switch (kind) {
    case SchemaTable::Kind::kFact:
      return "fact";
    case SchemaTable::Kind::kDimension:
      return "dimension";
    case SchemaTable::Kind::kStaging:
      break;
  }
  return "staging";
}

}  // namespace starlift
