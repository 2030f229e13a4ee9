#include "pipeline/etl.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "pipeline/create_tables.h"
#include "pipeline/history.h"
#include "pipeline/ledger.h"
#include "pipeline/may_pass.h"
#include "pipeline/plan.h"
#include "pipeline/rehearsal.h"
#include "pipeline/run_log.h"
#include "pipeline/stage.h"
#include "pipeline/statement_recorder.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"
#include "pipeline/transform.h"

namespace starlift {

namespace {

/// Where a plan that no longer holds was made.
constexpr CommittedRun kUnplanned{.run_id = -1};

/// What is to be done, found without keeping the warehouse from others.
struct Work {
  std::optional<CommittedRun> planned_after_run;
  std::vector<DatasetPlan> plans;
  Drift drift;
  bool is_forced = false;    ///< also when nothing changed
  bool remakes_all = false;  ///< the models, whole
  bool has_all_tables = false;
  bool has_unsettled_runs = false;

  bool has_changes() const { return is_forced || !is_nothing_to_do(plans); }
  bool is_needed() const { return !has_all_tables || has_unsettled_runs || has_changes(); }
};

Work find_work(const WarehouseDefinition& definition, const Config& config, const RunOptions& options,
               Session& session, EventListener& listener, const Cancellation& cancellation) {
  Work work{.planned_after_run = last_committed_run(session),
            .plans = plan_run(definition, config, session, options.plan, listener, cancellation),
            .has_all_tables = has_all_tables(definition, session),
            .has_unsettled_runs = has_unsettled_runs(session)};
  for (auto& plan : work.plans)
    plan.allowed_rejects = options.reject_limit.count;
  work.drift = find_drift(definition, work.plans, session);
  work.is_forced = options.is_full_refresh || !work.drift.is_none();
  // When most is new, remaking everything costs less than finding what it touches.
  uint64_t bytes = 0;
  for (const auto& plan : work.plans)
    bytes += plan.counts.bytes;
  work.remakes_all = work.is_forced || bytes >= loaded_bytes(session);
  return work;
}

/// Throws Error{kDefinition} when a staging table changed and what that asks for is not asked for.
void refuse_unread_drift(const Drift& drift, const RunOptions& options) {
  if (auto refusal = unread_drift(drift, options.plan)) throw Error(ErrorKind::kDefinition, *refusal);
}

RunSummary summarise(const std::vector<DatasetPlan>& plans) {
  RunSummary summary;
  for (const auto& plan : plans)
    summary.datasets.push_back(plan.counts);
  return summary;
}

void count_run(const std::vector<DatasetPlan>& plans, RunRecord& record) {
  for (const auto& plan : plans) {
    record.objects += plan.objects.size() - plan.counts.objects_postponed - plan.counts.objects_unreadable;
    record.bytes += plan.counts.bytes;
    record.records += plan.counts.records;
    record.staged += plan.counts.staged;
    record.rejected += plan.counts.rejected;
  }
}

/// The engine answered a commit with an error, which may have come after it had committed.
class CommitFailure : public Error {
 public:
  explicit CommitFailure(const Error& error) : Error(error) {}
};

/// A run under way, in a warehouse that is open for writing.
class Run {
 public:
  /// `unanswered` are the checks that the engine could not answer in an earlier try.
  Run(const WarehouseDefinition& definition, std::span<const CheckResult> unanswered, StepRecorder& listener)
      : definition_(definition), unanswered_(unanswered), listener_(listener) {}

  /// Creates what is missing, settles what earlier runs left in doubt, and notes this run when there is
  /// something to do.
  void begin(Warehouse& warehouse, const Work& work) {
    auto transaction = warehouse.begin();
    create_missing_tables(definition_, work.plans, *transaction);
    settle_runs(*transaction, listener_);
    if (work.has_changes()) {
      record_ = {.run_id = last_run(*transaction) + 1,
                 .started_us = now_us(),
                 .finished_us = now_us(),
                 .definition = definition_.fingerprint};
      write_run(*transaction, record_);
      listener_.on_event({.kind = Event::Kind::kRunBegun, .run_id = record_.run_id});
    }
    transaction->commit();
  }

  /// Carries the work out in one transaction. Throws CommitFailure when its outcome is in doubt.
  void carry_out(Warehouse& warehouse, const RunOptions& options, Work& work, Cancellation& cancellation) {
    Cancellation::Hook hook(cancellation, [&] { warehouse.interrupt(); });
    auto transaction = warehouse.begin();
    // Where writers lock each other out by the transaction, one may have come between.
    if (last_committed_run(*transaction) != work.planned_after_run) {
      throw Error(ErrorKind::kWarehouse, "another run was committed since this one was planned")
          .in_statement({}, "40001");
    }
    follow_drift(*transaction, definition_, work.plans, work.drift, listener_);
    std::vector<StagingChange> changes;
    for (auto& plan : work.plans)
      changes.push_back(stage_dataset(*transaction, plan, record_.run_id, listener_, cancellation));
    summary_ = summarise(work.plans);
    summary_.run_id = record_.run_id;
    count_run(work.plans, record_);
    enforce_reject_limit(options.reject_limit, *transaction, record_.run_id, record_.records,
                         record_.rejected);

    auto models = plan_models(definition_, changes, work.remakes_all, transaction->dialect());
    for (const auto& plan : models)
      summary_.models.push_back(remake_model(*transaction, plan, listener_));
    check(*transaction, models, options.checks);
    write_fingerprints(*transaction, definition_, work.plans);
    commit(*transaction, cancellation);
  }

  /// Notes that the commit is known to have succeeded. The next run does when this fails.
  void confirm(Warehouse& warehouse) noexcept { note(warehouse, RunRecord::State::kDone, {}); }

  /// Notes the failure, as far as that is possible; the next run finds out otherwise.
  void fail(Warehouse& warehouse, const std::string& message) noexcept {
    note(warehouse, RunRecord::State::kFailed, message);
  }

  int64_t run_id() const { return record_.run_id; }
  const RunSummary& summary() const { return summary_; }

 private:
  /// What the checks found is noted, whatever becomes of the run.
  void check(Transaction& transaction, const std::vector<ModelPlan>& models, CheckMode mode) {
    try {
      summary_.checks =
          check_run(transaction, definition_, models, summary_.models, unanswered_, mode, listener_);
    } catch (const ChecksFailed& failure) {
      summary_.checks.results = failure.results();
      throw;
    }
    for (const auto& plan : models)
      for (const auto& statement : plan.statements.at_end)
        transaction.execute(statement);
  }

  void commit(Transaction& transaction, const Cancellation& cancellation) {
    Step step(listener_, "commit");
    record_.state = RunRecord::State::kCommitted;
    record_.finished_us = now_us();
    write_run(transaction, record_);
    write_steps(transaction, record_.run_id, listener_.finished_steps());
    write_check_results(transaction, record_.run_id, summary_.checks.results);
    cancellation.check();
    try {
      transaction.commit();
    } catch (const Error& error) {
      throw CommitFailure(error);
    }
    step.finish();
  }

  void note(Warehouse& warehouse, RunRecord::State state, const std::string& error) noexcept {
    try {
      record_.state = state;
      record_.finished_us = now_us();
      record_.error = error;
      auto transaction = warehouse.begin();
      write_run(*transaction, record_);
      // Those of a run that is done were committed with its data.
      if (state == RunRecord::State::kFailed) {
        write_steps(*transaction, record_.run_id, listener_.finished_steps());
        write_check_results(*transaction, record_.run_id, summary_.checks.results);
      }
      transaction->commit();
    } catch (const std::exception&) {
      // What is unsettled is settled by the next run.
    }
  }

  const WarehouseDefinition& definition_;
  std::span<const CheckResult> unanswered_;
  StepRecorder& listener_;
  RunRecord record_;
  RunSummary summary_;
};

/// Notes a run that failed before it began to work. The error is told all the same when that fails, too.
void note_unplanned_run(Warehouse& warehouse, const WarehouseDefinition& definition, int64_t started_us,
                        const std::string& message) noexcept {
  try {
    auto transaction = warehouse.begin();
    write_run(*transaction, {.run_id = last_run(*transaction) + 1,
                             .started_us = started_us,
                             .finished_us = now_us(),
                             .state = RunRecord::State::kFailed,
                             .definition = definition.fingerprint,
                             .error = message});
    transaction->commit();
  } catch (const std::exception&) {
  }
}

/// The same where there is a warehouse with a history that nobody holds.
void note_unplanned_run(Target target, const WarehouseDefinition& definition, int64_t started_us,
                        const std::string& message) noexcept {
  try {
    target.wait_s = 0;
    const Cancellation none;  // an interruption is one of the errors that are noted
    auto reading = open_target_to_read(target, none);
    bool has_history = reading && reading->has_table(runs_design().name);
    reading.reset();
    if (has_history) note_unplanned_run(*open_target(target, none), definition, started_us, message);
  } catch (const std::exception&) {
  }
}

/// How long a session that a server lost may hold the warehouse before it can be asked.
constexpr double kSettleWaitS = 10;

/// Asks the ledger what became of a run whose commit was answered with an error, and notes it. Throws that
/// error when nothing was committed, and Error{kInDoubt} when the warehouse cannot be asked.
void settle_commit(Run& run, const CommitFailure& failure, const Target& target, EventListener& listener) {
  std::unique_ptr<Warehouse> warehouse;
  bool is_committed = false;
  const Cancellation none;  // an interruption is one of the errors that are settled here
  try {
    Target patient = target;
    patient.wait_s = std::max(target.wait_s, kSettleWaitS);
    warehouse = open_target(patient, none);
    is_committed = was_committed(*warehouse, run.run_id());
  } catch (const Error& error) {
    throw Error(
        ErrorKind::kInDoubt,
        fmt::format("run {} is in doubt: its commit was answered with an error ({}), and the "
                    "warehouse cannot be asked what it holds ({}); the next run finds out and says so",
                    run.run_id(), failure.what(), error.what()));
  }
  if (!is_committed) {
    run.fail(*warehouse, failure.what());
    throw failure;
  }
  run.confirm(*warehouse);
  listener.on_event(
      {.kind = Event::Kind::kWarning,
       .text = fmt::format("the commit of run {} was answered with an error ({}), but the ledger "
                           "shows that all of it was committed",
                           run.run_id(), failure.what())});
}

/// Opens the target for writing and does the work, which is planned again when somebody was faster.
RunSummary try_work(const WarehouseDefinition& definition, const Config& config, const Target& target,
                    const RunOptions& options, Work& work, std::span<const CheckResult> unanswered,
                    StepRecorder& listener, Cancellation& cancellation) {
  auto warehouse = open_target(target, cancellation);
  if (last_committed_run(*warehouse) != work.planned_after_run) {
    int64_t started_us = now_us();
    try {
      work = find_work(definition, config, options, *warehouse, listener, cancellation);
      refuse_unread_drift(work.drift, options);
    } catch (const std::exception& error) {
      note_unplanned_run(*warehouse, definition, started_us, error.what());
      throw;
    }
  }
  Run run(definition, unanswered, listener);
  run.begin(*warehouse, work);
  if (!work.has_changes()) return summarise(work.plans);
  try {
    run.carry_out(*warehouse, options, work, cancellation);
    run.confirm(*warehouse);
    Cancellation::Hook hook(cancellation, [&] { warehouse->interrupt(); });
    warehouse->gather_statistics();
  } catch (const CommitFailure& failure) {
    warehouse.reset();
    settle_commit(run, failure, target, listener);
  } catch (const std::exception& error) {
    run.fail(*warehouse, error.what());
    throw;
  }
  return run.summary();
}

/// How often a run is tried that the engine gives up, and how long others get to finish in between.
constexpr int kTries = 3;
constexpr auto kPause = std::chrono::milliseconds(500);

/// Does the work, all of it again when the engine gave up on what may well pass, and without a check that it
/// cannot answer.
RunSummary do_work(const WarehouseDefinition& definition, const Config& config, const Target& target,
                   const RunOptions& options, Work& work, StepRecorder& listener,
                   Cancellation& cancellation) {
  std::vector<CheckResult> unanswered;
  for (int attempt = 1;;) {
    try {
      return try_work(definition, config, target, options, work, unanswered, listener, cancellation);
    } catch (const CheckUnanswered& failure) {
      unanswered.push_back(failure.result());
      listener.on_event({.kind = Event::Kind::kWarning,
                         .text = fmt::format(
                             "the check {} cannot be answered, which cost the run its transaction; it starts "
                             "over without that check",
                             failure.result().name)});
    } catch (const Error& error) {
      if (!may_pass(error) || attempt == kTries) throw;
      ++attempt;
      listener.on_event({.kind = Event::Kind::kWarning,
                         .text = fmt::format("{}; nothing was committed, and the run starts over ({} of {})",
                                             error.what(), attempt, kTries)});
      std::this_thread::sleep_for(kPause * (attempt - 1));
    }
    work.planned_after_run = kUnplanned;
    listener.forget_steps();
  }
}

}  // namespace

RunSummary run_etl(const WarehouseDefinition& definition, const Config& config, const Target& target,
                   const RunOptions& options, EventListener& outer_listener, Cancellation& cancellation) {
  StepRecorder listener(outer_listener);
  if (!target.hint.empty()) listener.on_event({.kind = Event::Kind::kWarning, .text = target.hint});
  auto start = std::chrono::steady_clock::now();
  int64_t started_us = now_us();
  Work work;
  auto warehouse = open_target_to_plan(target, cancellation);
  try {
    Cancellation::Hook hook(cancellation, [&] { warehouse->interrupt(); });
    work = find_work(definition, config, options, *warehouse, listener, cancellation);
    refuse_unread_drift(work.drift, options);
  } catch (const std::exception& error) {
    warehouse.reset();
    note_unplanned_run(target, definition, started_us, error.what());
    throw;
  }
  warehouse.reset();
  RunSummary summary = work.is_needed()
                           ? do_work(definition, config, target, options, work, listener, cancellation)
                           : summarise(work.plans);
  summary.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  summary.steps = listener.finished_steps();
  summary.cpu_s = cpu_time_s();
  summary.peak_memory_bytes = peak_memory_bytes();
  return summary;
}

RunSummary plan_etl(const WarehouseDefinition& definition, const Config& config, const Target& target,
                    const RunOptions& options, EventListener& listener, Cancellation& cancellation) {
  auto warehouse = open_target_to_plan(target, cancellation);
  Cancellation::Hook hook(cancellation, [&] { warehouse->interrupt(); });
  auto work = find_work(definition, config, options, *warehouse, listener, cancellation);
  RunSummary summary = summarise(work.plans);
  summary.outlook = {.drift = work.drift, .refusal = unread_drift(work.drift, options.plan).value_or("")};
  if (!work.is_needed() || !summary.outlook->refusal.empty()) return summary;

  StatementRecorder recorder(*warehouse);
  Rehearsal run{.definition = definition,
                .plans = work.plans,
                .drift = work.drift,
                .has_changes = work.has_changes(),
                .remakes_all = work.remakes_all,
                .checks = options.checks};
  summary.models = rehearse_run(run, *warehouse, recorder, listener);
  summary.outlook->statements = recorder.statements();
  return summary;
}

}  // namespace starlift
