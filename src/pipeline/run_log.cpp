#include "pipeline/run_log.h"

#include <fmt/format.h>

#include "base/process.h"
#include "columns/row_source.h"
#include "pipeline/ledger.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

std::string to_string(RunRecord::State state) {
  switch (state) {
    case RunRecord::State::kRunning:
      return "running";
    case RunRecord::State::kCommitted:
      return "committed";
    case RunRecord::State::kDone:
      return "done";
    case RunRecord::State::kFailed:
      break;
  }
  return "failed";
}

int64_t as_signed(uint64_t value) {
  return static_cast<int64_t>(value);
}

constexpr const char* kLost =
    "it ended without a word (killed, or cut off from the warehouse, or the machine stopped)";

}  // namespace

int64_t last_run(Session& session) {
  return session.has_table(runs_design().name) ? next_id(session, runs_design().name, "run_id") - 1 : 0;
}

std::optional<CommittedRun> last_committed_run(Session& session) {
  if (!session.has_table(runs_design().name)) return std::nullopt;
  auto cursor = session.query(
      session.dialect().render(fmt::format("select run_id, to_epoch_us(started_at) from {} where state in "
                                           "('committed', 'done') order by run_id desc "
                                           "limit 1",
                                           quote_table(runs_design().name))));
  if (!cursor->next()) return std::nullopt;
  return CommittedRun{.run_id = *cursor->integer(0), .started_us = *cursor->integer(1)};
}

void write_run(Transaction& transaction, const RunRecord& run) {
  transaction.execute(
      fmt::format("delete from {} where run_id = {}", quote_table(runs_design().name), run.run_id));
  RowSource source(columns_of(runs_design()), 1, [&](ColumnBatch& batch, size_t) {
    batch.set_integer(0, run.run_id);
    batch.set_integer(1, run.started_us);
    batch.set_integer(2, run.finished_us);
    batch.set_text(3, to_string(run.state));
    batch.set_text(4, STARLIFT_VERSION);
    batch.set_text(5, run.definition);
    batch.set_integer(6, as_signed(run.objects));
    batch.set_integer(7, as_signed(run.bytes));
    batch.set_integer(8, as_signed(run.records));
    batch.set_integer(9, as_signed(run.staged));
    batch.set_integer(10, as_signed(run.rejected));
    batch.set_integer(11, as_signed(peak_memory_bytes()));
    if (run.error.empty()) {
      batch.set_null(12);
    } else {
      batch.set_text(12, run.error);
    }
  });
  transaction.load(runs_design().name, source);
}

bool was_committed(Session& session, int64_t run_id) {
  return session
      .query_integer(fmt::format("select 1 from {} where run_id = {} and state in ('committed', 'done')",
                                 quote_table(runs_design().name), run_id))
      .has_value();
}

bool has_unsettled_runs(Session& session) {
  return session.has_table(runs_design().name) &&
         session
             .query_integer(fmt::format("select 1 from {} where state in ('running', 'committed') limit 1",
                                        quote_table(runs_design().name)))
             .has_value();
}

void settle_runs(Transaction& transaction, EventListener& listener) {
  std::string runs = quote_table(runs_design().name);
  {
    auto cursor = transaction.query(fmt::format(
        "select run_id, state from {} where state in ('running', 'committed') order by run_id", runs));
    while (cursor->next()) {
      bool is_committed = *cursor->text(1) == "committed";
      listener.on_event({.kind = Event::Kind::kWarning,
                         .text = fmt::format(
                             "run {} was in doubt: {}. The ledger shows that {}", *cursor->integer(0), kLost,
                             is_committed ? "all of it was committed" : "nothing of it was committed")});
    }
  }
  for (const auto& statement : settle_statements(transaction.dialect()))
    transaction.execute(statement);
}

std::vector<std::string> settle_statements(const Dialect& dialect) {
  std::string runs = quote_table(runs_design().name);
  return {fmt::format("update {} set state = 'done' where state = 'committed'", runs),
          fmt::format("update {} set state = 'failed', error = {} where state = 'running'", runs,
                      dialect.quote_literal(kLost))};
}

}  // namespace starlift
