#include "project/incremental.h"

#include <fmt/format.h>

#include <algorithm>

namespace starlift {

namespace {

const std::string kKeys[] = {"by", "inputs", "touched"};

bool reads(const Model& model, const std::string& dataset) {
  return std::find(model.reads_datasets.begin(), model.reads_datasets.end(), dataset) !=
         model.reads_datasets.end();
}

void check_input(const Incremental::Input& input, const Model& model, std::span<const Dataset> datasets,
                 const Place& place) {
  if (!reads(model, input.dataset)) {
    throw refusal(place, fmt::format("inputs names staging.{}, which the model does not read{}",
                                     input.dataset, suggestion(input.dataset, model.reads_datasets)));
  }
  auto dataset = std::find_if(datasets.begin(), datasets.end(),
                              [&](const Dataset& candidate) { return candidate.name == input.dataset; });
  std::vector<std::string> columns;
  for (const auto& column : dataset->columns)
    columns.push_back(column.column.name);
  if (std::find(columns.begin(), columns.end(), input.column) == columns.end()) {
    throw refusal(place, fmt::format("inputs names {}.{}, but the table has no such column{}", input.dataset,
                                     input.column, suggestion(input.column, columns)));
  }
}

}  // namespace

Incremental read_incremental(const TomlTable& table, const Model& model) {
  table.allow_only(kKeys);
  Incremental incremental;
  auto by = table.text("by");
  auto column = std::find_if(model.columns.begin(), model.columns.end(),
                             [&](const ModelColumn& candidate) { return candidate.column.name == by.text; });
  if (column == model.columns.end() || column->column.is_nullable) {
    throw refusal(
        by.place,
        fmt::format("by names \"{}\"; name a column of the model that has required = true", by.text));
  }
  incremental.by = by.text;
  if (auto inputs = table.find_table("inputs")) {
    for (const auto& dataset : inputs->keys())
      incremental.inputs.push_back({dataset, inputs->text(dataset).text});
  }
  auto touched = table.find_table("touched");
  if (!touched) {
    throw refusal(table.place(),
                  "\"touched\" is missing here; give a SELECT for each staging table that is read");
  }
  for (const auto& dataset : touched->keys()) {
    auto select = touched->text(dataset);
    incremental.touched.push_back({dataset, select.text, select.place.line});
  }
  return incremental;
}

void check_incremental(const Model& model, std::span<const Dataset> datasets, const Place& place) {
  if (!model.incremental) return;
  if (!model.reads_models.empty()) {
    throw refusal(place,
                  fmt::format("the model reads the model {} and cannot be incremental; remove [incremental]",
                              model.reads_models.front()));
  }
  for (const auto& input : model.incremental->inputs)
    check_input(input, model, datasets, place);
  const auto& touched = model.incremental->touched;
  for (const auto& dataset : model.reads_datasets) {
    if (std::none_of(touched.begin(), touched.end(),
                     [&](const Incremental::Touched& entry) { return entry.dataset == dataset; })) {
      throw refusal(place,
                    fmt::format("touched says nothing about staging.{}, which the model reads; its changes "
                                "would go unnoticed",
                                dataset));
    }
  }
  for (const auto& entry : touched) {
    if (reads(model, entry.dataset)) continue;
    throw refusal(place, fmt::format("touched names staging.{}, which the model does not read{}",
                                     entry.dataset, suggestion(entry.dataset, model.reads_datasets)));
  }
}

}  // namespace starlift
