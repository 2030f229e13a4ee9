#include "pipeline/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "columns/row_source.h"
#include "pipeline/column_drift.h"
#include "pipeline/ledger.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

const TableName kKeptRows{"", "starlift_kept_rows"};

/// A row of starlift.tables.
struct KnownTable {
  std::string name;
  std::string fingerprint;
  std::string columns;  ///< of a staging table; empty when they would not fit
};

std::vector<KnownTable> describe(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans) {
  const auto max_bytes = static_cast<size_t>(tables_design().columns.back().column.type.length_bytes);
  std::vector<KnownTable> tables;
  for (const auto& plan : plans) {
    auto columns = describe_columns(plan.fields);
    if (columns.size() > max_bytes) columns.clear();
    tables.push_back({to_string(staging_table(*plan.dataset)), plan.fingerprint, columns});
  }
  if (plans.empty()) {
    for (const auto& dataset : definition.datasets)
      tables.push_back({to_string(staging_table(dataset)), dataset.fingerprint, {}});
  }
  for (const auto& model : definition.models)
    tables.push_back({model.name, model.fingerprint, {}});
  return tables;
}

std::map<std::string, KnownTable> read_known_tables(Session& session) {
  std::map<std::string, KnownTable> tables;
  if (!session.has_table(tables_design().name)) return tables;
  auto cursor = session.query(
      fmt::format("select table_name, fingerprint, columns from {}", quote_table(tables_design().name)));
  while (cursor->next()) {
    KnownTable table{std::string(*cursor->text(0)), std::string(*cursor->text(1)),
                     std::string(cursor->text(2).value_or(""))};
    tables.emplace(table.name, table);
  }
  return tables;
}

/// Returns true for a table that is there, though no run is known to have made it: it was created, and
/// nothing was ever committed to it. Throws Error{kWarehouse} when it holds rows.
bool is_left_over(Session& session, const TableName& table) {
  if (!session.has_table(table)) return false;
  if (!session.query(fmt::format("select 1 from {} limit 1", quote_table(table)))->next()) return true;
  throw Error(
      ErrorKind::kWarehouse,
      fmt::format("there is a table {} with rows that no run of starlift brought; nothing was changed; "
                  "give it another name, or let starlift create-tables drop it",
                  to_string(table)));
}

DatasetDrift compare(const KnownTable& known, const DatasetPlan& plan) {
  DatasetDrift drift{.name = plan.dataset->name, .is_unloaded = plan.is_unloaded};
  if (known.columns.empty()) return drift;
  auto columns = compare_columns(known.columns, describe_columns(plan.fields));
  drift.changes = std::move(columns.changes);
  drift.is_relaxation = columns.is_relaxation;
  return drift;
}

std::vector<std::string> column_names(Session& session, const TableName& table) {
  std::vector<std::string> names;
  auto cursor = session.query(fmt::format("select * from {} where 1 = 0", quote_table(table)));
  for (const auto& column : cursor->columns())
    names.push_back(column.name);
  return names;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The columns of the definition that the dataset's table lacks.
std::vector<std::string> missing_columns(Session& session, const Dataset& dataset) {
  auto present = column_names(session, staging_table(dataset));
  std::vector<std::string> missing;
  for (const auto& column : dataset.columns) {
    if (!holds(present, column.column.name)) missing.push_back(column.column.name);
  }
  return missing;
}

void make_anew(Transaction& transaction, const TableDesign& design) {
  transaction.execute(drop_table_sql(design.name, transaction.dialect()));
  for (const auto& statement : create_table_statements(design, transaction.dialect()))
    transaction.execute(statement);
}

/// Makes a staging table anew as it is defined now, with those of its rows that `condition` chooses.
void remake_with(Transaction& transaction, const Dataset& dataset, const std::string& condition) {
  TableDesign design = staging_design(dataset);
  auto present = column_names(transaction, design.name);
  std::string columns, values;
  for (const auto& column : columns_of(design)) {
    if (!holds(present, column.name)) continue;
    std::string name = quote_identifier(column.name);
    columns += (columns.empty() ? "" : ", ") + name;
    values += fmt::format("{}cast({} as {})", values.empty() ? "" : ", ", name,
                          transaction.dialect().type_name(column.type));
  }
  std::string table = quote_table(design.name), kept = quote_table(kKeptRows);
  transaction.execute(
      fmt::format("create temporary table {} as select * from {} {}", kept, table, condition));
  make_anew(transaction, design);
  transaction.execute(fmt::format("insert into {} ({}) select {} from {}", table, columns, values, kept));
  transaction.execute(fmt::format("drop table {}", kept));
}

/// Makes a changed staging table anew with the rows of `kept_ids` only: the objects that are no longer
/// there to be read again. A column that is new is null in them.
/// Throws Error{kDefinition} when such a column is required. Returns the names of the new columns.
std::vector<std::string> remake_staging_table(Transaction& transaction, const Dataset& dataset,
                                              std::span<const int64_t> kept_ids) {
  if (kept_ids.empty()) {
    make_anew(transaction, staging_design(dataset));
    return {};
  }
  std::vector<std::string> new_columns = missing_columns(transaction, dataset);
  for (const auto& column : dataset.columns) {
    if (column.column.is_nullable || !holds(new_columns, column.column.name)) continue;
    throw Error(
        ErrorKind::kDefinition,
        fmt::format(
            "{}: the new column {} is required, and {} can no longer be read again; let the column be null, "
            "or take the rows from there out with --prune",
            dataset.file, column.column.name, format_counted(kept_ids.size(), "loaded object")));
  }
  choose_objects(transaction, kept_ids);
  try {
    remake_with(transaction, dataset,
                fmt::format("where {} in ({})", quote_identifier(kObjectIdColumn), chosen_objects_select()));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kWarehouse) throw;
    throw Error(ErrorKind::kWarehouse,
                fmt::format("{}: the rows of {} that can no longer be read again do not get over to the new "
                            "table: {}; if their values do not fit it, take them out with --prune",
                            dataset.file, format_counted(kept_ids.size(), "loaded object"), error.what()))
        .in_statement(error.statement(), error.sqlstate());
  }
  return new_columns;
}

/// Makes the table of a dataset whose definition changed anew.
void follow_dataset_drift(Transaction& transaction, DatasetPlan& plan, EventListener& listener) {
  if (!plan.is_reloaded && !plan.is_unloaded) return remake_with(transaction, *plan.dataset, "");
  plan.is_made_anew = true;
  std::span<const int64_t> kept_ids = plan.vanished_ids;
  if (plan.prunes) kept_ids = {};
  auto new_columns = remake_staging_table(transaction, *plan.dataset, kept_ids);
  if (new_columns.empty()) return;
  listener.on_event(
      {.kind = Event::Kind::kWarning,
       .text = fmt::format("{}: {} can no longer be read again; null in the rows from there: {}",
                           plan.dataset->name, format_counted(kept_ids.size(), "object"),
                           fmt::join(new_columns, ", "))});
}

}  // namespace

Drift find_drift(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans,
                 Session& session) {
  auto known = read_known_tables(session);
  Drift drift;
  for (const auto& plan : plans) {
    TableName table = staging_table(*plan.dataset);
    auto entry = known.find(to_string(table));
    if (entry == known.end()) {
      if (is_left_over(session, table)) drift.datasets.push_back(compare({}, plan));
    } else if (entry->second.fingerprint != plan.fingerprint) {
      drift.datasets.push_back(compare(entry->second, plan));
    }
  }
  for (const auto& model : definition.models) {
    auto entry = known.find(model.name);
    bool has_drifted = entry == known.end() ? is_left_over(session, model_table(model)) || !known.empty()
                                            : entry->second.fingerprint != model.fingerprint;
    if (has_drifted) drift.models.push_back(model.name);
  }
  return drift;
}

void note_created(Transaction& transaction, const WarehouseDefinition& definition,
                  std::span<const DatasetPlan> plans, std::span<const std::string> names) {
  if (names.empty()) return;
  const Dialect& dialect = transaction.dialect();
  const TableName& objects = objects_design().name;
  bool is_loaded =
      transaction.has_table(objects) &&
      transaction.query_integer(fmt::format("select count(*) from {}", quote_table(objects))) > 0;
  std::string table = quote_table(tables_design().name);
  for (const auto& [name, fingerprint, columns] : describe(definition, plans)) {
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    transaction.execute(
        fmt::format("delete from {} where table_name = {}", table, dialect.quote_literal(name)));
    if (is_loaded && definition.find_model(name)) continue;
    transaction.execute(fmt::format("insert into {} values ({}, {}, {})", table, dialect.quote_literal(name),
                                    dialect.quote_literal(fingerprint),
                                    columns.empty() ? "null" : dialect.quote_literal(columns)));
  }
}

void write_fingerprints(Transaction& transaction, const WarehouseDefinition& definition,
                        std::span<const DatasetPlan> plans) {
  auto tables = describe(definition, plans);
  transaction.execute(forget_fingerprints_statement(definition, transaction.dialect()));
  RowSource source(columns_of(tables_design()), tables.size(), [&](ColumnBatch& batch, size_t row) {
    batch.set_text(0, tables[row].name);
    batch.set_text(1, tables[row].fingerprint);
    if (tables[row].columns.empty()) {
      batch.set_null(2);
    } else {
      batch.set_text(2, tables[row].columns);
    }
  });
  transaction.load(tables_design().name, source);
}

std::optional<std::string> unread_drift(const Drift& drift, const PlanOptions& options) {
  for (const auto& dataset : drift.datasets) {
    const auto& reloads = options.reloads;
    if (std::find(reloads.begin(), reloads.end(), dataset.name) != reloads.end()) continue;
    if (dataset.is_unloaded || (dataset.is_relaxation && options.replays_rejects)) continue;
    return fmt::format(
        "the definition of staging.{0} is not the one that made the table{1}; starlift etl --reload {0} "
        "reads "
        "its objects again{2}",
        dataset.name, dataset.changes.empty() ? "" : fmt::format(" ({})", fmt::join(dataset.changes, "; ")),
        dataset.is_relaxation
            ? ", and starlift rejects replay those that have rejects, which is enough for this change"
            : "");
  }
  return std::nullopt;
}

void follow_drift(Transaction& transaction, const WarehouseDefinition& definition,
                  std::span<DatasetPlan> plans, const Drift& drift, EventListener& listener) {
  for (auto& plan : plans) {
    const std::string& name = plan.dataset->name;
    bool has_changed = std::any_of(drift.datasets.begin(), drift.datasets.end(),
                                   [&](const DatasetDrift& dataset) { return dataset.name == name; });
    if (has_changed) follow_dataset_drift(transaction, plan, listener);
  }
  for (const auto& name : drift.models) {
    make_anew(transaction, model_design(*definition.find_model(name), definition));
  }
}

}  // namespace starlift
