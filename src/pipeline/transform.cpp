#include "pipeline/transform.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "pipeline/definition_failure.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"
#include "sql/table_substitution.h"

namespace starlift {

namespace {

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

/// The values that the changes touch, from every dataset that changed.
std::string select_touched(const Model& model, std::span<const StagingChange> changes) {
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

/// Decides how each model follows the changes, after those it reads.
class ModeChooser {
 public:
  ModeChooser(std::span<const StagingChange> changes, bool remakes_all)
      : changes_(changes), remakes_all_(remakes_all) {}

  ModelSummary::Mode choose(const Model& model) {
    bool is_concerned = remakes_all_ || reads_changes(model);
    if (!is_concerned) return ModelSummary::Mode::kUnchanged;
    remade_models_.push_back(model.name);
    bool is_incremental = model.incremental && !remakes_all_;
    return is_incremental ? ModelSummary::Mode::kTouchedKeys : ModelSummary::Mode::kWhole;
  }

 private:
  bool reads_changes(const Model& model) const {
    return std::any_of(
               model.reads_datasets.begin(), model.reads_datasets.end(),
               [&](const std::string& dataset) { return find_change(changes_, dataset) != nullptr; }) ||
           std::any_of(model.reads_models.begin(), model.reads_models.end(),
                       [&](const std::string& name) { return holds(remade_models_, name); });
  }

  std::span<const StagingChange> changes_;
  bool remakes_all_;
  std::vector<std::string> remade_models_;
};

void carry_out(Transaction& transaction, const ModelPlan& plan) {
  const Model& model = *plan.model;
  auto execute = [&](const std::string& statement, int select_at_line) {
    try {
      transaction.execute(statement);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kWarehouse) throw;
      throw in_definition(error, ErrorKind::kWarehouse, model.file, model.select_line, select_at_line)
          .in_statement(error.statement(), error.sqlstate());
    }
  };
  for (const auto& statement : plan.statements.before)
    execute(statement, 0);
  execute(plan.statements.load, 2);
  for (const auto& statement : plan.statements.after)
    execute(statement, 0);
}

}  // namespace

std::vector<std::string> ModelStatements::all() const {
  auto statements = of_remaking();
  statements.insert(statements.end(), at_end.begin(), at_end.end());
  return statements;
}

std::vector<std::string> ModelStatements::of_remaking() const {
  auto statements = before;
  statements.push_back(load);
  statements.insert(statements.end(), after.begin(), after.end());
  return statements;
}

TableName touched_keys(const Model& model) {
  return {"", "starlift_touched_" + model.name};
}

std::string restricted(const Model& model, const std::string& select) {
  const auto& incremental = *model.incremental;
  return substitute_tables(
      select, kStagingSchema, [&](const std::string& dataset) -> std::optional<std::string> {
        auto input =
            std::find_if(incremental.inputs.begin(), incremental.inputs.end(),
                         [&](const Incremental::Input& candidate) { return candidate.dataset == dataset; });
        if (input == incremental.inputs.end()) return std::nullopt;
        return fmt::format("(select * from {} where {} in (select {} from {}))",
                           quote_table({kStagingSchema, dataset}), quote_identifier(input->column),
                           quote_identifier(incremental.by), quote_table(touched_keys(model)));
      });
}

ModelStatements full_statements(const Model& model, const WarehouseDefinition& definition,
                                const Dialect& dialect) {
  TableDesign design = model_design(model, definition);
  ModelStatements statements{.before = drop_indexes_statements(design, dialect),
                             .load = load_statement(model, model.select, dialect),
                             .after = add_indexes_statements(design, dialect)};
  for (auto& statement : statistics_statements(design, dialect))
    statements.after.push_back(std::move(statement));
  statements.before.push_back(fmt::format("delete from {}", quote_table(design.name)));
  return statements;
}

ModelStatements incremental_statements(const Model& model, std::span<const StagingChange> changes,
                                       const Dialect& dialect) {
  std::string by = quote_identifier(model.incremental->by);
  std::string keys = quote_table(touched_keys(model));
  return {
      .before = {fmt::format("create temporary table {} as\n{}", keys,
                             dialect.render(select_touched(model, changes))),
                 fmt::format("delete from {} where {} in (select {} from {})",
                             quote_table(model_table(model)), by, by, keys)},
      .load = load_statement(model, restricted(model, model.select), dialect),
      .after = {},
      .at_end = {fmt::format("drop table {}", keys)},
  };
}

std::vector<ModelPlan> plan_models(const WarehouseDefinition& definition,
                                   std::span<const StagingChange> changes, bool remakes_all,
                                   const Dialect& dialect) {
  ModeChooser chooser(changes, remakes_all);
  std::vector<ModelPlan> plans;
  for (const auto& model : definition.models) {
    auto& plan =
        plans.emplace_back(ModelPlan{.model = &model, .mode = chooser.choose(model), .statements = {}});
    if (plan.mode == ModelSummary::Mode::kWhole)
      plan.statements = full_statements(model, definition, dialect);
    if (plan.mode == ModelSummary::Mode::kTouchedKeys)
      plan.statements = incremental_statements(model, changes, dialect);
  }
  return plans;
}

ModelSummary remake_model(Transaction& transaction, const ModelPlan& plan, EventListener& listener) {
  Step step(listener, fmt::format("transform {}", plan.model->name));
  if (plan.mode != ModelSummary::Mode::kUnchanged) carry_out(transaction, plan);
  ModelSummary summary{.name = plan.model->name, .mode = plan.mode};
  summary.rows = static_cast<uint64_t>(*transaction.query_integer(
      fmt::format("select count(*) from {}", quote_table(model_table(*plan.model)))));
  if (plan.mode == ModelSummary::Mode::kWhole)
    transaction.note_refilled(model_table(*plan.model), summary.rows);
  step.counters().rows = summary.rows;
  step.finish();
  summary.elapsed_s = step.elapsed_s();
  return summary;
}

}  // namespace starlift
