#include "project/lineage.h"

#include <fmt/format.h>

#include <algorithm>

namespace starlift {

std::vector<Lineage> read_lineage(const TomlTable& table) {
  std::vector<Lineage> lineage;
  for (const auto& source : table.keys()) {
    auto condition = table.text(source);
    lineage.push_back({source, condition.text, condition.place.line});
  }
  return lineage;
}

void check_lineage(const Model& model) {
  std::vector<std::string> names = model.reads_datasets;
  names.insert(names.end(), model.reads_models.begin(), model.reads_models.end());
  for (const auto& entry : model.lineage) {
    if (std::find(names.begin(), names.end(), entry.source) != names.end()) continue;
    throw refusal({model.file, entry.condition_line},
                  fmt::format("lineage names {}, which the model does not read{}", entry.source,
                              suggestion(entry.source, names)));
  }
}

}  // namespace starlift
