#include "project/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/fingerprint.h"
#include "base/text.h"
#include "project/incremental.h"
#include "project/lineage.h"
#include "project/model_links.h"
#include "project/names.h"
#include "project/query_file.h"
#include "project/staging_file.h"
#include "project/toml_table.h"

namespace starlift {

namespace {

/// The files of a definition by path, each path once, without those that belong to no part of it.
class FileSet {
 public:
  explicit FileSet(std::span<const DefinitionFile> files) {
    for (const auto& file : files) {
      if (!files_.emplace(file.path, &file).second) {
        throw refusal({file.path}, "the definition holds this file twice");
      }
    }
  }

  const DefinitionFile* find(std::string_view path) const {
    auto file = files_.find(path);
    return file == files_.end() ? nullptr : file->second;
  }

  /// Returns the files of a folder, by name. Throws Error{kDefinition} when one has another extension.
  std::vector<const DefinitionFile*> in_folder(std::string_view folder, std::string_view extension) const {
    std::vector<const DefinitionFile*> found;
    for (const auto& [path, file] : files_) {
      if (!path.starts_with(folder)) continue;
      if (!path.ends_with(extension)) {
        throw refusal({file->path},
                      fmt::format("{} holds {} files only; rename or remove this one", folder, extension));
      }
      found.push_back(file);
    }
    return found;
  }

 private:
  std::map<std::string, const DefinitionFile*, std::less<>> files_;
};

void read_warehouse_file(const FileSet& files, WarehouseDefinition& definition) {
  const auto* file = files.find(kWarehouseFile);
  if (!file) {
    throw refusal({std::string(kWarehouseFile)},
                  "the file is missing; it gives the warehouse's name and description");
  }
  const std::string keys[] = {"name", "description"};
  auto toml = TomlTable::parse(file->text, {file->path, 1});
  toml.allow_only(keys);
  auto name = toml.text("name");
  if (!is_table_name(name.text)) {
    throw refusal(name.place,
                  fmt::format("\"{}\" cannot be a warehouse's name: {}", name.text, kTableNameRule));
  }
  definition.name = name.text;
  definition.description = toml.text("description").text;
}

std::vector<Model> read_models(std::span<const DefinitionFile* const> files,
                               std::span<const Dataset> datasets) {
  std::vector<ModelFile> read;
  for (const auto* file : files)
    read.push_back(read_model_file(*file));
  auto links = link_models(read, datasets);
  std::vector<Model> models;
  for (auto& file : read) {
    check_incremental(file.model, datasets, file.incremental_place);
    check_lineage(file.model);
    models.push_back(std::move(file.model));
  }
  return order_models(std::move(models), links);
}

void add_column(Fingerprint& fingerprint, const Column& column) {
  fingerprint.add(column.name);
  fingerprint.add(to_string(column.type));
  fingerprint.add(column.is_nullable ? "" : "required");
}

std::string fingerprint_of(const Dataset& dataset) {
  Fingerprint fingerprint;
  fingerprint.add(dataset.name);
  for (const auto& column : dataset.columns) {
    add_column(fingerprint, column.column);
    fingerprint.add(to_string(column.field));
    if (column.column.type.kind == TypeKind::kTimestamp)
      fingerprint.add(fmt::format("{}", static_cast<int>(column.unit)));
  }
  return fingerprint.to_string();
}

std::string fingerprint_of(const Model& model) {
  Fingerprint fingerprint;
  fingerprint.add(model.name);
  for (const auto& column : model.columns)
    add_column(fingerprint, column.column);
  for (const auto& name : model.key)
    fingerprint.add(name);
  fingerprint.add(model.select);
  if (model.incremental) {
    fingerprint.add(model.incremental->by);
    for (const auto& input : model.incremental->inputs) {
      fingerprint.add(input.dataset);
      fingerprint.add(input.column);
    }
    for (const auto& touched : model.incremental->touched) {
      fingerprint.add(touched.dataset);
      fingerprint.add(touched.select);
    }
  }
  return fingerprint.to_string();
}

template <typename Item>
const Item* find_by_name(const std::vector<Item>& items, std::string_view name) {
  auto item =
      std::find_if(items.begin(), items.end(), [&](const Item& candidate) { return candidate.name == name; });
  return item == items.end() ? nullptr : &*item;
}

}  // namespace

const Dataset* WarehouseDefinition::find_dataset(std::string_view wanted) const {
  return find_by_name(datasets, wanted);
}

const Model* WarehouseDefinition::find_model(std::string_view wanted) const {
  return find_by_name(models, wanted);
}

const SavedQuery* WarehouseDefinition::find_query(std::string_view wanted) const {
  return find_by_name(analytics, wanted);
}

WarehouseDefinition read_definition(std::span<const DefinitionFile> files) {
  FileSet set(files);
  auto staging = set.in_folder("staging/", ".toml");
  auto star = set.in_folder("star/", ".sql");

  WarehouseDefinition definition;
  read_warehouse_file(set, definition);
  if (staging.empty()) {
    throw refusal({std::string(kWarehouseFile)},
                  "the definition stages nothing; add a file staging/NAME.toml");
  }
  for (const auto* file : staging)
    definition.datasets.push_back(read_staging_file(*file));
  definition.models = read_models(star, definition.datasets);
  for (const auto* file : set.in_folder("analytics/", ".sql"))
    definition.analytics.push_back(read_analytics_file(*file));
  for (const auto* file : set.in_folder("checks/", ".sql"))
    definition.checks.push_back(read_check_file(*file));

  Fingerprint fingerprint;
  fingerprint.add(definition.name);
  for (auto& dataset : definition.datasets)
    fingerprint.add(dataset.fingerprint = fingerprint_of(dataset));
  for (auto& model : definition.models)
    fingerprint.add(model.fingerprint = fingerprint_of(model));
  definition.fingerprint = fingerprint.to_string();
  return definition;
}

}  // namespace starlift
