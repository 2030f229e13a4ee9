#include "pipeline/transform.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/step.h"
#include "pipeline/tables.h"
#include "sql/table_substitution.h"

namespace starlift {

namespace {

const TableName kTouchedKeys{"", "starlift_touched_keys"};

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The changed rows of a staging table as a relation: those that came, and those that went.
std::string changed_rows(const StagingChange& change) {
  std::string came =
      fmt::format("select * from {} where {} >= {}", quote_table({kStagingSchema, change.dataset}),
                  quote_identifier(kObjectIdColumn), change.first_object_id);
  std::string gone = fmt::format("select * from {}", quote_table(gone_table(change.dataset)));
  if (!change.has_gone) return fmt::format("({})", came);
  return change.has_come ? fmt::format("({} union all {})", came, gone) : fmt::format("({})", gone);
}

/// Returns what changed in a staging table; null when nothing did.
const StagingChange* find_change(std::span<const StagingChange> changes, const std::string& dataset) {
  auto change = std::find_if(changes.begin(), changes.end(), [&](const StagingChange& candidate) {
    return candidate.dataset == dataset && (candidate.has_come || candidate.has_gone);
  });
  return change == changes.end() ? nullptr : &*change;
}

/// The keys that the changes touch, from every dataset that changed.
std::string touched_keys(const Model& model, std::span<const StagingChange> changes) {
  std::string keys;
  for (const auto& touched : model.incremental->touched) {
    const StagingChange* change = find_change(changes, touched.dataset);
    if (!change) continue;
    std::string select = substitute_tables(touched.select, "changed",
                                           [&](const std::string&) { return changed_rows(*change); });
    keys += fmt::format("{}select {} from (\n{}\n) as {}({})", keys.empty() ? "" : "\nunion\n",
                        quote_identifier(model.incremental->by), select,
                        quote_identifier("touched_by_" + touched.dataset),
                        quote_identifier(model.incremental->by));
  }
  return keys;
}

/// The model's SELECT, reading only what the touched keys need.
std::string restricted_select(const Model& model) {
  const auto& incremental = *model.incremental;
  return substitute_tables(
      model.select, kStagingSchema, [&](const std::string& dataset) -> std::optional<std::string> {
        auto input =
            std::find_if(incremental.inputs.begin(), incremental.inputs.end(),
                         [&](const Incremental::Input& candidate) { return candidate.dataset == dataset; });
        if (input == incremental.inputs.end()) return std::nullopt;
        return fmt::format("(select * from {} where {} in (select {} from {}))",
                           quote_table({kStagingSchema, dataset}), quote_identifier(input->column),
                           quote_identifier(incremental.by), quote_table(kTouchedKeys));
      });
}

}  // namespace

std::vector<std::string> full_statements(const Model& model, const Dialect& dialect) {
  return {fmt::format("delete from {}", quote_table(model_table(model))),
          load_statement(model, model.select, dialect)};
}

std::vector<std::string> incremental_statements(const Model& model, std::span<const StagingChange> changes,
                                                const Dialect& dialect) {
  std::string by = quote_identifier(model.incremental->by);
  std::string keys = quote_table(kTouchedKeys);
  return {
      fmt::format("create temporary table {} as\n{}", keys, dialect.render(touched_keys(model, changes))),
      fmt::format("delete from {} where {} in (select {} from {})", quote_table(model_table(model)), by, by,
                  keys),
      load_statement(model, restricted_select(model), dialect),
      fmt::format("drop table {}", keys),
  };
}

ModelSummary Transformer::transform(const Model& model) {
  ModelSummary summary{.name = model.name, .mode = mode_of(model)};
  std::string table = quote_table(model_table(model));
  Step step(listener_, fmt::format("transform {}", model.name));
  if (summary.mode != ModelSummary::Mode::kUnchanged) {
    remade_models_.push_back(model.name);
    bool is_whole = summary.mode == ModelSummary::Mode::kWhole;
    for (const auto& statement : is_whole ? full_statements(model, transaction_.dialect())
                                          : incremental_statements(model, changes_, transaction_.dialect())) {
      transaction_.execute(statement);
    }
  }
  summary.rows =
      static_cast<uint64_t>(*transaction_.query_integer(fmt::format("select count(*) from {}", table)));
  step.counters().rows = summary.rows;
  step.finish();
  summary.elapsed_s = step.elapsed_s();
  return summary;
}

ModelSummary::Mode Transformer::mode_of(const Model& model) const {
  if (remake_all_) return ModelSummary::Mode::kWhole;
  bool is_concerned =
      std::any_of(model.reads_datasets.begin(), model.reads_datasets.end(),
                  [&](const std::string& dataset) { return find_change(changes_, dataset) != nullptr; }) ||
      std::any_of(model.reads_models.begin(), model.reads_models.end(),
                  [&](const std::string& name) { return holds(remade_models_, name); });
  if (!is_concerned) return ModelSummary::Mode::kUnchanged;
  return model.incremental ? ModelSummary::Mode::kTouchedKeys : ModelSummary::Mode::kWhole;
}

}  // namespace starlift
