#include "pipeline/read_report.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/error.h"
#include "pipeline/ask.h"
#include "pipeline/checks.h"
#include "pipeline/describe_schema.h"
#include "pipeline/history.h"
#include "pipeline/status.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

constexpr int kMaxRuns = 10;
/// Enough for a chart and a look at the data; `starlift query` gives all.
constexpr size_t kMaxRows = 1000;

using Report = WarehouseReport;

std::optional<Report::LastRun> read_last_run(Session& session, int64_t run_id) {
  auto cursor =
      session.query(fmt::format("select bytes, records, peak_memory_bytes, starlift_version from {} "
                                "where run_id = {}",
                                quote_table(runs_design().name), run_id));
  if (!cursor->next()) return std::nullopt;
  return Report::LastRun{.bytes = *cursor->integer(0),
                         .records = *cursor->integer(1),
                         .peak_memory_bytes = *cursor->integer(2),
                         .version = std::string(*cursor->text(3)),
                         .steps = {}};
}

std::vector<Report::Step> read_steps(Session& session, int64_t run_id) {
  std::vector<Report::Step> steps;
  auto cursor = list_steps(session, run_id);
  while (cursor && cursor->next()) {
    steps.push_back({.name = std::string(*cursor->text(0)),
                     .elapsed_s = std::stod(std::string(*cursor->text(1))),
                     .objects = *cursor->integer(2),
                     .bytes = *cursor->integer(3),
                     .records = *cursor->integer(4),
                     .rows = *cursor->integer(6)});
  }
  return steps;
}

/// Table -> when the newest object that is behind it was loaded.
std::vector<std::string> read_freshness(const Schema& schema, Session& session) {
  std::map<std::string, std::string> fresh_at;
  if (session.has_table(objects_design().name) && session.has_table(runs_design().name)) {
    auto cursor = session.query(
        fmt::format("select objects.dataset, max(runs.finished_at) from {} as objects join {} as runs on "
                    "runs.run_id = objects.run_id group by objects.dataset",
                    quote_table(objects_design().name), quote_table(runs_design().name)));
    while (cursor->next())
      fresh_at[to_string(TableName{kStagingSchema, std::string(*cursor->text(0))})] =
          std::string(cursor->text(1).value_or("")).substr(0, 16);
  }
  std::vector<std::string> found;
  for (const auto& table : schema.tables) {  // what a table is made from stands before it
    std::string& newest = fresh_at[table.name];
    for (const auto& origin : table.made_from)
      newest = std::max(newest, fresh_at[origin]);
    found.push_back(newest);
  }
  return found;
}

Report::Question answer(const SavedQuery& query, Session& session) {
  Report::Question question{.name = query.name,
                            .title = query.title,
                            .question = query.question,
                            .description = query.description,
                            .sql = query.sql};
  if (query.chart) {
    question.chart = {std::string(to_string(query.chart->kind)), query.chart->x, query.chart->y};
  }
  auto began = std::chrono::steady_clock::now();
  try {
    question.sql = session.dialect().render(query.sql);
    question.answer = ask(session, question.sql, kMaxRows);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    question.error = error.what();
  }
  question.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return question;
}

Report::Check hold(const Check& check, Session& session) {
  Report::Check held{.name = check.name, .says = check.says, .broken = {}, .error = ""};
  try {
    CheckResult result = run_check(session, check);
    for (const auto& column : result.columns)
      held.broken.columns.push_back({column.name, column.kind == ResultColumn::Kind::kNumber});
    held.broken.rows = std::move(result.rows);
    held.broken.has_more_rows = result.has_more_rows;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    held.error = error.what();
  }
  return held;
}

std::string now() {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::now()));
}

}  // namespace

WarehouseReport read_report(const WarehouseDefinition& definition, Warehouse& warehouse) {
  WarehouseReport report{.schema = describe_schema(definition),
                         .warehouse = warehouse.describe(),
                         .made_at = now(),
                         .status = read_status(definition, warehouse, kMaxRuns)};
  if (!report.status.runs.empty()) {
    int64_t newest = report.status.runs.front().run_id;
    report.last_run = read_last_run(warehouse, newest);
    if (report.last_run) report.last_run->steps = read_steps(warehouse, newest);
  }
  report.fresh_at = read_freshness(report.schema, warehouse);
  for (const auto& query : definition.analytics)
    report.questions.push_back(answer(query, warehouse));
  for (const auto& check : list_checks(definition, warehouse.dialect()))
    report.checks.push_back(hold(check, warehouse));
  return report;
}

}  // namespace starlift
