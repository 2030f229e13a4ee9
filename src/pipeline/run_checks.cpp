#include "pipeline/run_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "pipeline/declared_checks.h"
#include "pipeline/may_pass.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

using Mode = ModelSummary::Mode;

/// A check as a run asks it.
struct RunCheck {
  Check check;
  const Model* looks_through =
      nullptr;                ///< the model whose rows it reads from first to last; null when it does not
  bool is_relied_on = false;  ///< the engine takes for granted what it asks, and answers wrong otherwise
};

std::string all_rows(const Model& model) {
  return quote_table(model_table(model));
}

/// The values of `by` that the run remade the model for.
std::string touched_values(const Model& model) {
  return fmt::format("select {} from {}", quote_identifier(model.incremental->by),
                     quote_table(touched_keys(model)));
}

std::string touched_rows(const Model& model) {
  return fmt::format("(select * from {} where {} in ({}))", all_rows(model),
                     quote_identifier(model.incremental->by), touched_values(model));
}

/// Asks what a run can have broken, model by model.
class CheckPlanner {
 public:
  CheckPlanner(const WarehouseDefinition& definition, std::span<const ModelPlan> plans,
               const Dialect& dialect)
      : definition_(definition), dialect_(dialect) {
    for (const auto& plan : plans)
      modes_[plan.model->name] = plan.mode;
  }

  std::vector<RunCheck> plan() {
    for (const auto& model : definition_.models) {
      if (modes_[model.name] != Mode::kUnchanged) plan_own(model);
      for (const auto& column : model.columns) {
        if (column.references) plan_reference(model, column);
      }
    }
    for (auto& written : written_checks(definition_))
      checks_.push_back({std::move(written)});
    return std::move(checks_);
  }

 private:
  void plan_own(const Model& model) {
    bool is_touched = modes_[model.name] == Mode::kTouchedKeys;
    std::string rows = is_touched ? touched_rows(model) : all_rows(model);
    const Model* looks_through = is_touched ? nullptr : &model;
    // Required columns are not null on any engine; keys are unique where they are indexes.
    if (!dialect_.keeps_indexes()) plan_key(model, is_touched);
    for (const auto& column : model.columns) {
      if (!column.accepted.empty())
        checks_.push_back({accepted_check(model, column, rows, dialect_), looks_through});
    }
    if (model.rows) plan_row_count(model, is_touched);
  }

  void plan_key(const Model& model, bool is_touched) {
    const auto& key = model.key;
    bool is_relied_on = dialect_.declares_keys() && model.has_redshift_primary_key;
    if (is_touched && std::count(key.begin(), key.end(), model.incremental->by) > 0) {
      checks_.push_back({key_check(model, touched_rows(model)), nullptr, is_relied_on});
    } else if (is_touched && key.size() == 1) {  // another row may have the key of one that was touched
      std::string name = quote_identifier(key.front());
      checks_.push_back(
          {key_check(model, fmt::format("(select * from {0} where {1} in (select {1} from {2} as touched))",
                                        all_rows(model), name, touched_rows(model))),
           nullptr, is_relied_on});
    } else {
      checks_.push_back({key_check(model, all_rows(model)), &model, is_relied_on});
    }
  }

  /// A count of rows of the inputs alone can be cut down to the touched values as the model's SELECT is.
  void plan_row_count(const Model& model, bool is_touched) {
    auto is_input = [&](const std::string& dataset) {
      const auto& inputs = model.incremental->inputs;
      return std::any_of(inputs.begin(), inputs.end(),
                         [&](const auto& input) { return input.dataset == dataset; });
    };
    const auto& read = model.rows->reads_datasets;
    if (is_touched && !model.rows->reads_models && std::all_of(read.begin(), read.end(), is_input)) {
      checks_.push_back({row_count_check(model, touched_rows(model), restricted(model, model.rows->select))});
    } else {
      checks_.push_back({row_count_check(model, all_rows(model), model.rows->select), &model});
    }
  }

  /// A reference breaks when a row comes that refers to nothing, or when a row goes that is referred to.
  void plan_reference(const Model& model, const ModelColumn& column) {
    const Model& referred = *definition_.find_model(column.references->model);
    bool is_relied_on = dialect_.declares_references() && referred.has_redshift_primary_key;
    Mode mode = modes_[model.name], referred_mode = modes_[referred.name];
    if (mode == Mode::kUnchanged && referred_mode == Mode::kUnchanged) return;
    bool is_known_what_went =
        referred_mode == Mode::kUnchanged ||
        (referred_mode == Mode::kTouchedKeys && referred.incremental->by == column.references->column);
    if (mode == Mode::kWhole || !is_known_what_went) {
      checks_.push_back(
          {reference_check(model, column, all_rows(model), all_rows(referred)), &model, is_relied_on});
      return;
    }
    std::string name = quote_identifier(column.column.name);
    std::vector<std::string> parts;
    if (mode == Mode::kTouchedKeys)
      parts.push_back(fmt::format("select {} from {} as touched", name, touched_rows(model)));
    if (referred_mode == Mode::kTouchedKeys) {
      std::string others = mode == Mode::kTouchedKeys
                               ? fmt::format(" and {} not in ({})", quote_identifier(model.incremental->by),
                                             touched_values(model))
                               : "";
      parts.push_back(fmt::format("select {0} from {1} where {0} in ({2}){3}", name, all_rows(model),
                                  gone_values(referred), others));
    }
    std::string rows = fmt::format("({})", fmt::join(parts, " union all "));
    std::string among =
        fmt::format("(select {0} from {1} where {0} in (select {2} from {3} as referring))",
                    quote_identifier(column.references->column), all_rows(referred), name, rows);
    checks_.push_back({reference_check(model, column, rows, among), nullptr, is_relied_on});
  }

  /// The touched values that the model has no row of.
  static std::string gone_values(const Model& model) {
    std::string by = quote_identifier(model.incremental->by);
    return fmt::format("{0} where {1} not in (select {1} from {2} where {1} in ({0}))", touched_values(model),
                       by, all_rows(model));
  }

  const WarehouseDefinition& definition_;
  const Dialect& dialect_;
  std::map<std::string, Mode> modes_;
  std::vector<RunCheck> checks_;
};

std::vector<std::string> failed_names(std::span<const CheckResult> results) {
  std::vector<std::string> names;
  for (const auto& result : results) {
    if (!result.passed()) names.push_back(result.name);
  }
  return names;
}

}  // namespace

ChecksFailed::ChecksFailed(std::vector<CheckResult> all_results, std::string_view remedy)
    : Error(ErrorKind::kWarehouse,
            fmt::format("{} of {} failed: {}; everything was rolled back. {}",
                        failed_names(all_results).size(), format_counted(all_results.size(), "check"),
                        fmt::join(failed_names(all_results), ", "), remedy)),
      results_(std::move(all_results)) {}

CheckUnanswered::CheckUnanswered(const Check& check, const Error& error)
    : Error(error), result_{.name = check.name, .says = check.says, .broken = {}, .error = error.what()} {}

namespace {

constexpr std::string_view kMendOrWarn = "Mend the data or the definition, or load with --checks warn";
constexpr std::string_view kMendReliance =
    "The engine takes keys and references for granted when it plans: mend the data or the definition; a "
    "column that may refer to nothing does without `references`";

std::vector<RunCheck> planned_checks(const WarehouseDefinition& definition, std::span<const ModelPlan> plans,
                                     const Dialect& dialect, CheckMode mode) {
  auto checks = CheckPlanner(definition, plans, dialect).plan();
  if (mode == CheckMode::kOff) std::erase_if(checks, [](const auto& check) { return !check.is_relied_on; });
  return checks;
}

CheckResult ask_in_run(Transaction& transaction, const Check& check, CheckMode mode) {
  try {
    return run_check(transaction, check);
  } catch (const Error& error) {
    if (mode == CheckMode::kEnforce || error.kind() != ErrorKind::kWarehouse || may_pass(error)) throw;
    throw CheckUnanswered(check, error);
  }
}

void warn_of(const CheckResult& result, EventListener& listener) {
  std::string text =
      result.error.empty()
          ? fmt::format("the check {} failed: it does not hold that {}", result.name, result.says)
          : fmt::format("the check {} could not be answered: {}", result.name, result.error);
  listener.on_event({.kind = Event::Kind::kCheckFailed, .text = text, .check = &result});
}

}  // namespace

ChecksSummary check_run(Transaction& transaction, const WarehouseDefinition& definition,
                        std::span<const ModelPlan> plans, std::span<const ModelSummary> models,
                        std::span<const CheckResult> unanswered, CheckMode mode, EventListener& listener) {
  ChecksSummary summary;
  std::map<std::string, uint64_t> rows;
  for (const auto& model : models)
    rows[model.name] = model.rows;
  auto checks = planned_checks(definition, plans, transaction.dialect(), mode);
  if (checks.empty()) return summary;
  Step step(listener, "check");
  bool is_reliance_broken = false;
  for (const auto& [check, looks_through, is_relied_on] : checks) {
    auto known = std::find_if(unanswered.begin(), unanswered.end(),
                              [&name = check.name](const auto& result) { return result.name == name; });
    if (known != unanswered.end()) {
      summary.results.push_back(*known);
    } else if (mode == CheckMode::kAuto && !is_relied_on && looks_through &&
               rows[looks_through->name] > kMaxRowsUnasked) {
      ++summary.left_out;
    } else {
      summary.results.push_back(ask_in_run(transaction, check, mode));
      is_reliance_broken |= is_relied_on && !summary.results.back().passed();
    }
  }
  step.finish();
  if (is_reliance_broken) throw ChecksFailed(std::move(summary.results), kMendReliance);
  if (mode == CheckMode::kEnforce && !failed_names(summary.results).empty())
    throw ChecksFailed(std::move(summary.results), kMendOrWarn);
  for (const auto& result : summary.results) {
    if (!result.passed()) warn_of(result, listener);
  }
  return summary;
}

size_t rehearse_checks(StatementRecorder& recorder, const WarehouseDefinition& definition,
                       std::span<const ModelPlan> plans, CheckMode mode) {
  auto checks = planned_checks(definition, plans, recorder.dialect(), mode);
  for (const auto& [check, looks_through, is_relied_on] : checks) {
    std::string unless =
        mode == CheckMode::kAuto && looks_through && !is_relied_on
            ? fmt::format("; left out when {} has more than {} rows", looks_through->name, kMaxRowsUnasked)
            : "";
    recorder.remark(fmt::format("check {}: any row breaks it{}", check.name, unless));
    recorder.execute(recorder.dialect().render(check.sql));
  }
  return checks.size();
}

}  // namespace starlift
