#include "pipeline/rehearsal.h"

#include "pipeline/create_tables.h"
#include "pipeline/drift.h"
#include "pipeline/history.h"
#include "pipeline/ledger.h"
#include "pipeline/run_log.h"
#include "pipeline/stage.h"
#include "pipeline/tables.h"
#include "pipeline/transform.h"

namespace starlift {

namespace {

/// The transactions of a run, one after another.
class Rehearser {
 public:
  Rehearser(const Rehearsal& run, const Warehouse& warehouse, StatementRecorder& recorder,
            EventListener& listener)
      : run_(run), warehouse_(warehouse), recorder_(recorder), listener_(listener) {
    note_.run_id = last_run(recorder) + 1;
  }

  void open() {
    if (auto statements = warehouse_.open_sql(); !statements.empty()) {
      recorder_.remark("keeps other runs out");
      execute(statements);
    }
  }

  void note_beginning() {
    begin(
        "before the run: makes the tables that are missing, settles runs that were cut off, and notes this "
        "one");
    create_missing_tables(run_.definition, run_.plans, recorder_);
    execute(settle_statements(recorder_.dialect()));
    if (run_.has_changes) write_run(recorder_, note_);
    recorder_.commit();
  }

  std::vector<ModelSummary> carry_out() {
    begin("the run itself, all or nothing");
    follow_drift(recorder_, run_.definition, run_.plans, run_.drift, listener_);
    auto changes = stage();
    auto models = plan_models(run_.definition, changes, run_.remakes_all, recorder_.dialect());
    auto summaries = remake(models);
    size_t checks = rehearse_checks(recorder_, run_.definition, models, run_.checks);
    for (const auto& model : models)
      execute(model.statements.at_end);
    write_fingerprints(recorder_, run_.definition, run_.plans);
    write_run(recorder_, note_);
    write_steps(recorder_, note_.run_id, std::vector<Event>(1));
    write_check_results(recorder_, note_.run_id, std::vector<CheckResult>(checks));
    recorder_.commit();
    return summaries;
  }

  void confirm() {
    begin("notes that the commit is known to have succeeded");
    write_run(recorder_, note_);
    recorder_.commit();
  }

 private:
  void begin(const char* purpose) {
    recorder_.remark(purpose);
    execute(warehouse_.begin_sql());
  }

  void execute(const std::vector<std::string>& statements) {
    for (const auto& statement : statements)
      recorder_.execute(statement);
  }

  std::vector<StagingChange> stage() {
    const TableName& objects = objects_design().name;
    int64_t first_object_id = recorder_.has_table(objects) ? next_id(recorder_, objects, "object_id") : 1;
    std::vector<StagingChange> changes;
    for (const auto& plan : run_.plans) {
      changes.push_back(rehearse_staging(recorder_, plan, note_.run_id, first_object_id));
      first_object_id += static_cast<int64_t>(plan.objects.size());
    }
    return changes;
  }

  std::vector<ModelSummary> remake(const std::vector<ModelPlan>& models) {
    std::vector<ModelSummary> summaries;
    for (const auto& model : models) {
      summaries.push_back({.name = model.model->name, .mode = model.mode});
      if (model.mode != ModelSummary::Mode::kUnchanged) execute(model.statements.of_remaking());
    }
    return summaries;
  }

  const Rehearsal& run_;
  const Warehouse& warehouse_;
  StatementRecorder& recorder_;
  EventListener& listener_;
  RunRecord note_;
};

}  // namespace

std::vector<ModelSummary> rehearse_run(const Rehearsal& run, const Warehouse& warehouse,
                                       StatementRecorder& recorder, EventListener& listener) {
  Rehearser rehearser(run, warehouse, recorder, listener);
  rehearser.open();
  rehearser.note_beginning();
  if (!run.has_changes) return {};
  auto models = rehearser.carry_out();
  rehearser.confirm();
  return models;
}

}  // namespace starlift
