#include "project/model_links.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace starlift {

namespace {

constexpr std::string_view kStagingSchema = "staging";

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

/// Links one model after another; knows the names of all.
class Linker {
 public:
  Linker(std::span<ModelFile> files, std::span<const Dataset> datasets) : files_(files) {
    for (const auto& dataset : datasets)
      datasets_.push_back(dataset.name);
    for (const auto& file : files)
      models_.push_back(file.model.name);
  }

  std::vector<ModelLink> run() {
    for (auto& file : files_) {
      for (const auto& reference : file.references)
        link_reference(file.model, reference);
      for (const auto& table : file.tables)
        link_table(file.model, table);
      for (const auto& table : file.row_count_tables)
        link_row_count(*file.model.rows, table);
    }
    return std::move(links_);
  }

 private:
  void link_reference(const Model& model, const PlacedReference& reference) {
    const auto& target = reference.target;
    const Model* referenced = find_model(target.model);
    if (!referenced) {
      throw refusal(reference.place, fmt::format("references model \"{}\", which does not exist{}",
                                                 target.model, suggestion(target.model, models_)));
    }
    std::vector<std::string> columns;
    columns.reserve(referenced->columns.size());
    for (const auto& column : referenced->columns)
      columns.push_back(column.column.name);
    if (std::find(columns.begin(), columns.end(), target.column) == columns.end()) {
      throw refusal(reference.place,
                    fmt::format("references \"{}.{}\", but \"{}\" has no such column{}", target.model,
                                target.column, target.model, suggestion(target.column, columns)));
    }
    if (referenced->key != std::vector{target.column}) {
      throw refusal(reference.place,
                    fmt::format("references \"{}.{}\", which is not the key of \"{}\": {}", target.model,
                                target.column, target.model, fmt::join(referenced->key, ", ")));
    }
    if (target.model != model.name) links_.push_back({model.name, target.model, reference.place});
  }

  void link_table(Model& model, const TableReference& table) {
    const auto& name = table.parts.back();
    if (is_staged(table)) {
      add_once(model.reads_datasets, name);
    } else {
      add_once(model.reads_models, name);
      links_.push_back({model.name, name, table.place});
    }
  }

  void link_row_count(RowCount& rows, const TableReference& table) const {
    if (is_staged(table)) {
      add_once(rows.reads_datasets, table.parts.back());
    } else {
      rows.reads_models = true;
    }
  }

  /// Returns true for a staging table and false for a model; refuses what is neither.
  bool is_staged(const TableReference& table) const {
    const auto& name = table.parts.back();
    if (table.parts.size() == 2 && table.parts[0] == kStagingSchema && is_dataset(name)) return true;
    if (table.parts.size() == 1 && std::find(models_.begin(), models_.end(), name) != models_.end())
      return false;
    throw unknown_table(table);
  }

  Error unknown_table(const TableReference& table) const {
    auto written = fmt::format("{}", fmt::join(table.parts, "."));
    std::vector<std::string> candidates = models_;
    for (const auto& dataset : datasets_)
      candidates.push_back(fmt::format("{}.{}", kStagingSchema, dataset));
    bool lacks_schema = is_dataset(written);
    auto hint =
        suggestion(lacks_schema ? fmt::format("{}.{}", kStagingSchema, written) : written, candidates);
    return refusal(table.place,
                   fmt::format("reads table \"{}\", which is neither a CTE, nor a model, nor {}.<dataset>{}",
                               written, kStagingSchema, hint));
  }

  const Model* find_model(const std::string& name) const {
    auto file = std::find_if(files_.begin(), files_.end(),
                             [&](const ModelFile& candidate) { return candidate.model.name == name; });
    return file == files_.end() ? nullptr : &file->model;
  }

  bool is_dataset(const std::string& name) const {
    return std::find(datasets_.begin(), datasets_.end(), name) != datasets_.end();
  }

  std::span<ModelFile> files_;
  std::vector<std::string> datasets_;
  std::vector<std::string> models_;
  std::vector<ModelLink> links_;
};

}  // namespace

std::vector<ModelLink> link_models(std::span<ModelFile> files, std::span<const Dataset> datasets) {
  return Linker(files, datasets).run();
}

}  // namespace starlift
