#include "pipeline/read_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/error.h"
#include "base/process.h"
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

std::vector<Report::Step> read_steps(Session& session, int64_t run_id) {
  std::vector<Report::Step> steps;
  auto cursor = list_steps(session, run_id);
  while (cursor && cursor->next()) {
    steps.push_back({.name = std::string(*cursor->text(0)),
                     .elapsed_s = std::stod(std::string(*cursor->text(1))),
                     .objects = *cursor->integer(2),
                     .records = *cursor->integer(4),
                     .rows = *cursor->integer(6)});
  }
  return steps;
}

std::optional<Report::LastRun> read_last_run(const std::vector<WarehouseStatus::Run>& runs,
                                             const std::string& definition, Session& session) {
  if (runs.empty()) return std::nullopt;
  auto run =
      std::find_if(runs.begin(), runs.end(), [&](const auto& one) { return one.definition == definition; });
  Report::LastRun last{.run = run == runs.end() ? runs.front() : *run, .steps = {}};
  {
    auto cursor =
        session.query(fmt::format("select bytes, records, peak_memory_bytes from {} where run_id = {}",
                                  quote_table(runs_design().name), last.run.run_id));
    cursor->next();
    last.bytes = *cursor->integer(0);
    last.records = *cursor->integer(1);
    last.peak_memory_bytes = *cursor->integer(2);
  }
  last.steps = read_steps(session, last.run.run_id);
  return last;
}

/// Table -> when the newest object that is behind it was loaded.
std::map<std::string, std::string> read_freshness(const Schema& schema, Session& session) {
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
  for (const auto& table : schema.tables) {  // what a table is made from stands before it
    std::string& newest = fresh_at[table.name];
    for (const auto& origin : table.made_from)
      newest = std::max(newest, fresh_at[origin]);
  }
  return fresh_at;
}

std::map<std::string, Report::Table> read_tables(const WarehouseDefinition& definition, const Schema& schema,
                                                 Session& session) {
  auto fresh_at = read_freshness(schema, session);
  std::map<std::string, Report::Table> tables;
  for (const auto& table : read_table_counts(definition, session))
    tables[table.name] = {table.rows, fresh_at[table.name]};
  return tables;
}

/// A report may show a definition that no run has tried.
void choose_chart(const ChartHint& hint, Report::Question& question) {
  if (auto missing = find_missing_column(hint, question.answer.columns)) {
    question.no_chart = fmt::format("The chart names the column {}, which is not in the answer.", *missing);
  } else {
    question.chart = hint;
  }
}

Report::Question answer(const SavedQuery& query, Warehouse& warehouse) {
  Report::Question question{.name = query.name,
                            .title = query.title,
                            .question = query.question,
                            .description = query.description,
                            .sql = query.sql};
  auto began = std::chrono::steady_clock::now();
  try {
    question.sql = warehouse.dialect().render(query.sql);
    warehouse.attempt([&] { question.answer = ask(warehouse, question.sql, kMaxRows); });
    if (query.chart) choose_chart(*query.chart, question);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    question.error = error.what();
  }
  question.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return question;
}

}  // namespace

WarehouseReport read_report(const WarehouseDefinition& definition, Warehouse& warehouse) {
  WarehouseReport report{.schema = describe_schema(definition),
                         .warehouse = warehouse.describe(),
                         .made_at = format_time(now_us()).substr(0, 16) + " UTC",
                         .definition = definition.fingerprint,
                         .runs = read_newest_runs(warehouse, kMaxRuns)};
  report.last_run = read_last_run(report.runs, report.definition, warehouse);
  report.tables = read_tables(definition, report.schema, warehouse);
  for (const auto& query : definition.analytics)
    report.questions.push_back(answer(query, warehouse));
  report.checks = run_checks(warehouse, list_checks(definition, warehouse.dialect()));
  return report;
}

}  // namespace starlift
