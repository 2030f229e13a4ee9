#include "pipeline/stage.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/direct_stage.h"
#include "pipeline/ledger.h"
#include "pipeline/reject_spool.h"
#include "pipeline/staging_source.h"
#include "pipeline/step.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

/// Stands in for the records of a load that is only rehearsed.
class UnreadSource : public BatchSource {
 public:
  explicit UnreadSource(std::vector<Column> columns) : columns_(std::move(columns)) {}
  std::span<const Column> columns() const override { return columns_; }
  std::unique_ptr<BatchReader> make_reader() override { return nullptr; }

 private:
  std::vector<Column> columns_;
};

/// Loads all records of a plan. The first load of a dataset takes half as long while nothing has to be kept
/// up for each row.
void load(Transaction& transaction, const DatasetPlan& plan, BatchSource& source) {
  TableDesign design = staging_design(*plan.dataset);
  auto execute = [&](const std::vector<std::string>& statements) {
    for (const auto& statement : statements)
      transaction.execute(statement);
  };
  if (plan.is_unloaded) execute(drop_indexes_statements(design, transaction.dialect()));
  transaction.load(design.name, source);
  if (plan.is_unloaded) execute(add_indexes_statements(design, transaction.dialect()));
}

/// The staging of one dataset. The object at index i of the plan has the id first_object_id + i.
class Staging {
 public:
  Staging(Transaction& transaction, DatasetPlan& plan, int64_t run_id, EventListener& listener,
          const Cancellation& cancellation)
      : transaction_(transaction),
        plan_(plan),
        run_id_(run_id),
        listener_(listener),
        step_(listener, fmt::format("stage {}", plan.dataset->name), plan.objects.size(), plan.counts.bytes),
        first_object_id_(next_id(transaction, objects_design().name, "object_id")),
        source_(plan, first_object_id_, rejects_, step_.counters(), cancellation) {}

  StagingChange run() {
    if (!plan_.objects.empty()) load(transaction_, plan_, source_);
    forget_postponed();
    auto replaced = outgoing_ids(plan_, [this](size_t index) { return is_loaded(index); });
    forget_objects(transaction_, *plan_.dataset, replaced, true);
    forget_copied_objects(transaction_, outgoing_copied_ids(plan_));
    write_rejects();
    write_touched(transaction_, plan_);
    write_objects(transaction_, plan_, outcomes(), first_object_id_, run_id_);
    reconcile(transaction_, *plan_.dataset, run_id_, first_object_id_);
    count();
    step_.finish();
    plan_.counts.elapsed_s = step_.elapsed_s();
    return {.dataset = plan_.dataset->name,
            .first_object_id = first_object_id_,
            .has_come = plan_.counts.staged > 0,
            .has_gone = !replaced.empty()};
  }

 private:
  std::span<const ObjectOutcome> outcomes() const { return source_.outcomes(); }
  bool is_loaded(size_t index) const { return outcomes()[index].state == ObjectOutcome::State::kLoaded; }

  /// Takes out what is in the tables of objects that were not read to their end as they were listed.
  void forget_postponed() {
    std::vector<int64_t> ids;
    for (size_t i = 0; i < plan_.objects.size(); ++i) {
      if (is_loaded(i)) continue;
      bool is_unreadable = outcomes()[i].state == ObjectOutcome::State::kUnreadable;
      ++(is_unreadable ? plan_.counts.objects_unreadable : plan_.counts.objects_postponed);
      std::string text = is_unreadable
                             ? fmt::format("left out, for the next run to try: {}", outcomes()[i].problem)
                             : fmt::format("{} changed or went while it was read; the next run takes it",
                                           plan_.objects[i].info.key);
      ids.push_back(first_object_id_ + static_cast<int64_t>(i));
      if (plan_.objects[i].replaces_copied) refuse_postponed_copy(text);
      if (plan_.is_made_anew && plan_.objects[i].replaces_id != 0) {
        require_changed(i);
        ids.push_back(plan_.objects[i].replaces_id);
      }
      listener_.on_event({.kind = Event::Kind::kWarning, .text = std::move(text)});
    }
    forget_objects(transaction_, *plan_.dataset, ids, false);
  }

  /// The rows that it brought cannot stay when those of the objects that it was copied with go.
  [[noreturn]] void refuse_postponed_copy(const std::string& why) const {
    throw Error(
        ErrorKind::kSource,
        fmt::format(
            "{}: {}; it was loaded direct, together with others, and has to be loaded anew with them; "
            "nothing was committed; run it again",
            plan_.dataset->name, why));
  }

  /// The rows that a loaded object brought do not fit its table any more: one that changed meanwhile may be
  /// forgotten, for the next run takes it as new. Throws Error{kSource} for any other.
  void require_changed(size_t index) const {
    const ObjectInfo& object = plan_.objects[index].info;
    if (outcomes()[index].state == ObjectOutcome::State::kPostponed && plan_.store->open(object)) return;
    const std::string& problem = outcomes()[index].problem;
    throw Error(ErrorKind::kSource,
                fmt::format("{} cannot be read again ({}), and so its rows cannot come into the table of the "
                            "changed definition; nothing was committed; mend that and run it again",
                            object.key, problem.empty() ? "it went meanwhile" : problem));
  }

  void write_rejects() {
    if (rejects_.size() == 0) return;
    auto rows = rejects_.rows({.first_reject_id = next_id(transaction_, rejects_design().name, "reject_id"),
                               .run_id = run_id_,
                               .dataset = plan_.dataset->name,
                               .is_wanted = [this](int64_t object_id) {
                                 return is_loaded(static_cast<size_t>(object_id - first_object_id_));
                               }});
    transaction_.load(rejects_design().name, *rows);
  }

  void count() {
    for (const auto& outcome : outcomes()) {
      if (outcome.state != ObjectOutcome::State::kLoaded) continue;
      plan_.counts.records += outcome.records;
      plan_.counts.staged += outcome.staged;
      plan_.counts.rejected += outcome.rejected;
    }
    plan_.counts.unknown_fields = source_.unknown_fields();
  }

  Transaction& transaction_;
  DatasetPlan& plan_;
  int64_t run_id_;
  EventListener& listener_;
  Step step_;
  int64_t first_object_id_;
  RejectSpool rejects_;
  StagingSource source_;
};

}  // namespace

StagingChange stage_dataset(Transaction& transaction, DatasetPlan& plan, int64_t run_id,
                            EventListener& listener, const Cancellation& cancellation) {
  if (plan.is_direct) return stage_direct(transaction, plan, run_id, listener, cancellation);
  return Staging(transaction, plan, run_id, listener, cancellation).run();
}

StagingChange rehearse_staging(StatementRecorder& recorder, const DatasetPlan& plan, int64_t run_id,
                               int64_t first_object_id) {
  TableDesign design = staging_design(*plan.dataset);
  if (plan.is_direct) {
    rehearse_direct(recorder, plan, first_object_id);
  } else if (!plan.objects.empty()) {
    recorder.remark(fmt::format("{}, {}: their records, decoded as they are read, are the rows of the load",
                                format_counted(plan.objects.size(), "object"),
                                format_bytes(plan.counts.bytes)));
    UnreadSource unread(columns_of(design));
    load(recorder, plan, unread);
  }
  auto replaced = outgoing_ids(plan, [](size_t) { return true; });
  if (!replaced.empty())
    recorder.remark(format_counted(replaced.size(), "loaded object") + " replaced or gone, by their ids");
  forget_objects(recorder, *plan.dataset, replaced, true);
  forget_copied_objects(recorder, outgoing_copied_ids(plan));
  write_touched(recorder, plan);
  std::vector<ObjectOutcome> outcomes(plan.objects.size());
  for (auto& outcome : outcomes)
    outcome.state = ObjectOutcome::State::kLoaded;
  write_objects(recorder, plan, outcomes, first_object_id, run_id);
  if (plan.is_direct) write_copied_objects(recorder, std::vector<CopiedObject>(plan.objects.size()));
  recorder.remark(fmt::format("{}: whose counts do not add up; any row rolls back", plan.dataset->name));
  recorder.execute(reconcile_select(*plan.dataset, run_id, first_object_id, recorder.dialect()));
  return {.dataset = plan.dataset->name,
          .first_object_id = first_object_id,
          .has_come = !plan.objects.empty(),
          .has_gone = !replaced.empty()};
}

}  // namespace starlift
