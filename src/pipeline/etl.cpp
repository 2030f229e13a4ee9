#include "pipeline/etl.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/process.h"
#include "pipeline/history.h"
#include "pipeline/ledger.h"
#include "pipeline/plan.h"
#include "pipeline/stage.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"
#include "pipeline/transform.h"

namespace starlift {

namespace {

void create_missing_tables(const WarehouseDefinition& definition, Warehouse& warehouse) {
  auto transaction = warehouse.begin();
  for (const auto& statement : create_statements(definition, warehouse.dialect()))
    transaction->execute(statement);
  transaction->commit();
}

/// The newest run that the warehouse knows; 0 before the first. Tells whether a plan still holds.
int64_t last_run(Session& session) {
  return session.has_table(runs_design().name) ? next_id(session, runs_design().name, "run_id") - 1 : 0;
}

/// What is to be done, found without keeping the warehouse from others.
struct Work {
  std::vector<DatasetPlan> plans;
  int64_t planned_after_run = 0;
  Drift drift;
  bool is_forced = false;  ///< also when nothing changed
  bool has_all_tables = false;

  bool has_changes() const { return is_forced || !is_nothing_to_do(plans); }
  bool is_needed() const { return !has_all_tables || has_changes(); }
};

Work find_work(const WarehouseDefinition& definition, const Config& config, const RunOptions& options,
               Session& session, EventListener& listener, const Cancellation& cancellation) {
  Work work{.plans = plan_run(definition, config, session, options.plan, listener, cancellation),
            .planned_after_run = last_run(session),
            .has_all_tables = has_all_tables(definition, session)};
  work.drift = find_drift(definition, work.plans, session);
  work.is_forced = options.is_full_refresh || !work.drift.is_none();
  return work;
}

/// Notes the failure in starlift.runs, as far as that is possible.
void record_failure(Warehouse& warehouse, RunRecord record, const std::string& message) {
  try {
    record.state = "failed";
    record.finished_us = now_us();
    record.error = message;
    auto transaction = warehouse.begin();
    write_run(*transaction, record);
    transaction->commit();
  } catch (const Error&) {
    // The failure itself is what the user has to hear of.
  }
}

/// Throws Error{kDefinition} when a staging table changed and its objects are not to be read again.
void refuse_unread_drift(const Drift& drift, const RunOptions& options) {
  for (const auto& dataset : drift.datasets) {
    const auto& reloads = options.plan.reloads;
    if (std::find(reloads.begin(), reloads.end(), dataset) != reloads.end()) continue;
    throw Error(
        ErrorKind::kDefinition,
        fmt::format("the definition of staging.{0} is not the one that made the table; starlift etl --reload "
                    "{0} reads its objects again",
                    dataset));
  }
}

/// Makes the tables that changed in the definition anew.
void follow_drift(Transaction& transaction, const WarehouseDefinition& definition, Work& work,
                  EventListener& listener) {
  for (auto& plan : work.plans) {
    const auto& datasets = work.drift.datasets;
    if (std::find(datasets.begin(), datasets.end(), plan.dataset->name) == datasets.end()) continue;
    std::span<const int64_t> kept_ids = plan.vanished_ids;
    if (plan.prunes) kept_ids = {};
    auto new_columns = remake_staging_table(transaction, *plan.dataset, kept_ids);
    if (kept_ids.empty() || new_columns.empty()) continue;
    listener.on_event(
        {.kind = Event::Kind::kWarning,
         .text = fmt::format("{}: {} objects are no longer there to be read again; in their rows {} "
                             "is null",
                             plan.dataset->name, kept_ids.size(), fmt::join(new_columns, ", "))});
  }
  remake_model_tables(transaction, definition, work.drift);
}

RunSummary summarise(const std::vector<DatasetPlan>& plans) {
  RunSummary summary;
  for (const auto& plan : plans)
    summary.datasets.push_back(plan.counts);
  return summary;
}

void count_run(const std::vector<DatasetPlan>& plans, RunRecord& record) {
  for (const auto& plan : plans) {
    record.objects += plan.objects.size() - plan.counts.objects_postponed;
    record.bytes += plan.counts.bytes;
    record.records += plan.counts.records;
    record.staged += plan.counts.staged;
    record.rejected += plan.counts.rejected;
  }
}

void commit(Transaction& transaction, RunRecord& record, StepRecorder& listener,
            const Cancellation& cancellation) {
  Step step(listener, "commit");
  record.state = "done";
  record.finished_us = now_us();
  write_run(transaction, record);
  write_steps(transaction, record.run_id, listener.finished_steps());
  cancellation.check();
  transaction.commit();
  step.finish();
}

/// Carries the work out in one transaction.
RunSummary carry_out(const WarehouseDefinition& definition, const RunOptions& options, Work& work,
                     Warehouse& warehouse, StepRecorder& listener, Cancellation& cancellation) {
  create_missing_tables(definition, warehouse);
  if (!work.has_changes()) return summarise(work.plans);

  RunRecord record{
      .run_id = last_run(warehouse) + 1, .started_us = now_us(), .definition = definition.fingerprint};
  try {
    Cancellation::Hook hook(cancellation, [&] { warehouse.interrupt(); });
    auto transaction = warehouse.begin();
    auto staged_before = static_cast<uint64_t>(count_staged(*transaction));
    follow_drift(*transaction, definition, work, listener);
    std::vector<StagingChange> changes;
    for (auto& plan : work.plans)
      changes.push_back(stage_dataset(*transaction, plan, record.run_id, listener, cancellation));
    RunSummary summary = summarise(work.plans);
    summary.run_id = record.run_id;
    count_run(work.plans, record);
    enforce_reject_limit(options.reject_limit, *transaction, record.run_id, record.records, record.rejected);

    // When most rows are new, remaking everything costs less than finding what they touch.
    bool remakes_all = work.is_forced || record.staged >= staged_before;
    Transformer transformer(*transaction, listener, changes, remakes_all);
    for (const auto& model : definition.models)
      summary.models.push_back(transformer.transform(model));
    write_fingerprints(*transaction, definition, work.plans);
    commit(*transaction, record, listener, cancellation);
    return summary;
  } catch (const std::exception& error) {
    record_failure(warehouse, record, error.what());
    throw;
  }
}

}  // namespace

RunSummary run_etl(const WarehouseDefinition& definition, const Config& config, const Target& target,
                   const RunOptions& options, EventListener& outer_listener, Cancellation& cancellation) {
  StepRecorder listener(outer_listener);
  auto start = std::chrono::steady_clock::now();
  Work work;
  {
    auto warehouse = open_target_to_plan(target, cancellation);
    Cancellation::Hook hook(cancellation, [&] { warehouse->interrupt(); });
    work = find_work(definition, config, options, *warehouse, listener, cancellation);
  }
  refuse_unread_drift(work.drift, options);
  RunSummary summary;
  if (work.is_needed()) {
    auto warehouse = open_target(target, cancellation);
    if (last_run(*warehouse) != work.planned_after_run) {
      work = find_work(definition, config, options, *warehouse, listener, cancellation);
      refuse_unread_drift(work.drift, options);
    }
    summary = carry_out(definition, options, work, *warehouse, listener, cancellation);
  } else {
    summary = summarise(work.plans);
  }
  summary.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  summary.peak_memory_bytes = peak_memory_bytes();
  return summary;
}

DryRun plan_etl(const WarehouseDefinition& definition, const Config& config, const Target& target,
                const RunOptions& options, EventListener& listener, Cancellation& cancellation) {
  auto warehouse = open_target_to_plan(target, cancellation);
  Cancellation::Hook hook(cancellation, [&] { warehouse->interrupt(); });
  auto work = find_work(definition, config, options, *warehouse, listener, cancellation);
  DryRun dry_run{.summary = summarise(work.plans), .drift = work.drift};
  dry_run.summary.is_dry_run = true;
  if (!work.has_changes()) return dry_run;

  const Dialect& dialect = warehouse->dialect();
  for (const auto& plan : work.plans) {
    dry_run.statements.push_back(
        fmt::format("-- {} objects into {}", plan.objects.size(), quote_table(staging_table(*plan.dataset))));
  }
  for (const auto& model : definition.models) {
    auto statements = full_statements(model, dialect);
    dry_run.statements.insert(dry_run.statements.end(), statements.begin(), statements.end());
  }
  return dry_run;
}

}  // namespace starlift
