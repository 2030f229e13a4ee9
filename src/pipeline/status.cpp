#include "pipeline/status.h"

#include <fmt/format.h>

#include "pipeline/tables.h"

namespace starlift {

namespace {

WarehouseStatus::Table table_status(Session& session, const TableName& table, const char* kind) {
  WarehouseStatus::Table status{.name = to_string(table), .kind = kind};
  if (session.has_table(table)) {
    status.rows = session.query_integer(fmt::format("select count(*) from {}", quote_table(table)));
  }
  return status;
}

/// Other definitions may share the warehouse; what they loaded is left out.
void read_loaded(const WarehouseDefinition& definition, Session& session, WarehouseStatus& status) {
  auto cursor =
      session.query(fmt::format("select dataset, count(*), cast(sum(size_bytes) as bigint), cast(sum(staged) "
                                "as bigint), cast(sum(rejected) as "
                                "bigint) from {} group by dataset order by dataset",
                                quote_table(objects_design().name)));
  while (cursor->next()) {
    if (!definition.find_dataset(*cursor->text(0))) continue;
    status.loaded.push_back({.dataset = std::string(*cursor->text(0)),
                             .objects = *cursor->integer(1),
                             .bytes = *cursor->integer(2),
                             .staged = *cursor->integer(3),
                             .rejected = *cursor->integer(4)});
  }
}

}  // namespace

std::vector<WarehouseStatus::Table> read_table_counts(const WarehouseDefinition& definition,
                                                      Session& session) {
  std::vector<WarehouseStatus::Table> tables;
  for (const auto& dataset : definition.datasets)
    tables.push_back(table_status(session, staging_table(dataset), "staging"));
  for (const auto& model : definition.models) {
    const char* kind = model.kind == ModelKind::kFact ? "fact" : "dimension";
    tables.push_back(table_status(session, model_table(model), kind));
  }
  return tables;
}

std::vector<WarehouseStatus::Run> read_newest_runs(Session& session, int max_runs) {
  std::vector<WarehouseStatus::Run> runs;
  if (!session.has_table(runs_design().name)) return runs;
  auto cursor = session.query(
      session.dialect().render(fmt::format("select run_id, started_at, to_epoch_us(finished_at) - "
                                           "to_epoch_us(started_at), state, objects, staged, rejected, "
                                           "error, definition from {} order by run_id desc limit {}",
                                           quote_table(runs_design().name), max_runs)));
  while (cursor->next()) {
    runs.push_back({.run_id = *cursor->integer(0),
                    .started_at = std::string(*cursor->text(1)),
                    .elapsed_s = static_cast<double>(*cursor->integer(2)) / 1e6,
                    .state = std::string(*cursor->text(3)),
                    .objects = *cursor->integer(4),
                    .staged = *cursor->integer(5),
                    .rejected = *cursor->integer(6),
                    .error = std::string(cursor->text(7).value_or("")),
                    .definition = std::string(*cursor->text(8))});
  }
  return runs;
}

WarehouseStatus read_status(const WarehouseDefinition& definition, Session& session, int max_runs) {
  WarehouseStatus status;
  status.tables = read_table_counts(definition, session);
  if (session.has_table(objects_design().name)) read_loaded(definition, session, status);
  status.runs = read_newest_runs(session, max_runs);
  return status;
}

}  // namespace starlift
