#include "pipeline/history.h"

#include <fmt/format.h>

#include "base/error.h"
#include "columns/row_source.h"
#include "pipeline/run_log.h"
#include "pipeline/tables.h"

namespace starlift {

void StepRecorder::on_event(const Event& event) {
  if (event.kind == Event::Kind::kStepFinished) finished_steps_.push_back(event);
  listener_.on_event(event);
}

void write_steps(Transaction& transaction, int64_t run_id, const std::vector<Event>& steps) {
  RowSource source(columns_of(steps_design()), steps.size(), [&](ColumnBatch& batch, size_t row) {
    const Event& step = steps[row];
    batch.set_integer(0, run_id);
    batch.set_integer(1, static_cast<int64_t>(row + 1));
    batch.set_text(2, step.text);
    batch.set_double(3, step.elapsed_s);
    batch.set_integer(4, static_cast<int64_t>(step.progress.objects));
    batch.set_integer(5, static_cast<int64_t>(step.progress.bytes));
    batch.set_integer(6, static_cast<int64_t>(step.progress.records));
    batch.set_integer(7, static_cast<int64_t>(step.progress.rejects));
    batch.set_integer(8, static_cast<int64_t>(step.progress.rows));
  });
  transaction.load(steps_design().name, source);
}

void write_check_results(Transaction& transaction, int64_t run_id, const std::vector<CheckResult>& results) {
  RowSource source(columns_of(checks_design()), results.size(), [&](ColumnBatch& batch, size_t row) {
    const CheckResult& result = results[row];
    batch.set_integer(0, run_id);
    batch.set_integer(1, static_cast<int64_t>(row + 1));
    batch.set_text(2, result.name);
    batch.set_integer(3, result.passed());
    batch.set_double(4, result.elapsed_s);
  });
  transaction.load(checks_design().name, source);
}

void require_run(Session& session, int64_t run_id) {
  int64_t newest = last_run(session);
  if (run_id > 0 && run_id <= newest) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("there is no run {}; {}", run_id,
                          newest == 0 ? "nothing ran yet" : fmt::format("the newest is {}", newest)));
}

std::unique_ptr<Cursor> list_runs(Session& session) {
  if (!session.has_table(runs_design().name)) return nullptr;
  // A warehouse that an earlier starlift filled has none until the next run.
  bool has_checks = session.has_table(checks_design().name);
  std::string checked =
      has_checks
          ? fmt::format("select run_id, holds from {}", quote_table(checks_design().name))
          : fmt::format("select run_id, true as holds from {} where false", quote_table(runs_design().name));
  return session.query(session.dialect().render(fmt::format(
      R"(select runs.run_id as run, started_at,
    cast(to_epoch_us(finished_at) - to_epoch_us(started_at) as double precision) / 1000000 as elapsed_s,
    state, objects, bytes, records, staged, rejected, coalesce(checks, 0) as checks,
    coalesce(checks_failed, 0) as checks_failed, peak_memory_bytes, starlift_version as version, definition, error
from {} as runs
left join (
    select run_id, count(*) as checks, count(case when not holds then 1 end) as checks_failed
    from ({}) as checked
    group by run_id
) as counted on counted.run_id = runs.run_id
order by runs.run_id desc)",
      quote_table(runs_design().name), checked)));
}

std::unique_ptr<Cursor> list_steps(Session& session, int64_t run_id) {
  if (!session.has_table(steps_design().name)) return nullptr;
  return session.query(fmt::format(
      R"(select step, elapsed_s, objects, bytes, records, rejected, rows_written as "rows"
from {}
where run_id = {}
order by position)",
      quote_table(steps_design().name), run_id));
}

std::unique_ptr<Cursor> list_run_checks(Session& session, int64_t run_id) {
  if (!session.has_table(checks_design().name)) return nullptr;
  return session.query(fmt::format(
      "select check_name as \"check\", holds, elapsed_s from {} where run_id = {} order by position",
      quote_table(checks_design().name), run_id));
}

}  // namespace starlift
