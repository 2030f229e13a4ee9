#include "pipeline/drift.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "columns/row_source.h"
#include "pipeline/ledger.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

const TableName kKeptRows{"", "starlift_kept_rows"};

using Fingerprints = std::vector<std::pair<std::string, std::string>>;

Fingerprints fingerprints_of(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans) {
  Fingerprints fingerprints;
  for (const auto& plan : plans)
    fingerprints.emplace_back(to_string(staging_table(*plan.dataset)), plan.fingerprint);
  for (const auto& model : definition.models)
    fingerprints.emplace_back(model.name, model.fingerprint);
  return fingerprints;
}

std::map<std::string, std::string> read_fingerprints(Session& session) {
  std::map<std::string, std::string> fingerprints;
  if (!session.has_table(tables_design().name)) return fingerprints;
  auto cursor =
      session.query(fmt::format("select table_name, fingerprint from {}", quote_table(tables_design().name)));
  while (cursor->next())
    fingerprints.emplace(*cursor->text(0), *cursor->text(1));
  return fingerprints;
}

std::vector<std::string> column_names(Session& session, const TableName& table) {
  std::vector<std::string> names;
  auto cursor = session.query(fmt::format("select * from {} where 1 = 0", quote_table(table)));
  for (const auto& column : cursor->columns())
    names.push_back(column.name);
  return names;
}

}  // namespace

Drift find_drift(const WarehouseDefinition& definition, std::span<const DatasetPlan> plans,
                 Session& session) {
  auto known = read_fingerprints(session);
  Drift drift;
  if (known.empty()) return drift;  // nothing was loaded yet
  for (const auto& plan : plans) {
    auto entry = known.find(to_string(staging_table(*plan.dataset)));
    if (entry != known.end() && entry->second != plan.fingerprint)
      drift.datasets.push_back(plan.dataset->name);
  }
  for (const auto& model : definition.models) {
    auto entry = known.find(model.name);
    if (entry == known.end() || entry->second != model.fingerprint) drift.models.push_back(model.name);
  }
  return drift;
}

void write_fingerprints(Transaction& transaction, const WarehouseDefinition& definition,
                        std::span<const DatasetPlan> plans) {
  auto fingerprints = fingerprints_of(definition, plans);
  transaction.execute(forget_fingerprints_statement(definition, transaction.dialect()));
  RowSource source(columns_of(tables_design()), fingerprints.size(), [&](ColumnBatch& batch, size_t row) {
    batch.set_text(0, fingerprints[row].first);
    batch.set_text(1, fingerprints[row].second);
  });
  transaction.load(tables_design().name, source);
}

void remake_model_tables(Transaction& transaction, const WarehouseDefinition& definition,
                         const Drift& drift) {
  for (const auto& name : drift.models) {
    TableDesign design = model_design(*definition.find_model(name), definition);
    transaction.execute(drop_table_sql(design.name, transaction.dialect()));
    transaction.execute(create_table_sql(design, transaction.dialect()));
  }
}

std::vector<std::string> remake_staging_table(Transaction& transaction, const Dataset& dataset,
                                              std::span<const int64_t> kept_ids) {
  TableDesign design = staging_design(dataset);
  auto old_names = column_names(transaction, design.name);
  std::vector<std::string> new_names;
  std::string columns, values;
  for (const auto& [column, reference] : design.columns) {
    std::string name = quote_identifier(column.name);
    if (std::find(old_names.begin(), old_names.end(), column.name) != old_names.end()) {
      columns += (columns.empty() ? "" : ", ") + name;
      values += fmt::format("{}cast({} as {})", values.empty() ? "" : ", ", name,
                            transaction.dialect().type_name(column.type));
    } else if (column.is_nullable || kept_ids.empty()) {
      new_names.push_back(column.name);
    } else {
      throw Error(
          ErrorKind::kDefinition,
          fmt::format("{}: the new column {} is required, and {} loaded objects are no longer there to be "
                      "read again; let it be null, or take their rows out with --prune",
                      dataset.file, column.name, kept_ids.size()));
    }
  }
  choose_objects(transaction, kept_ids);
  transaction.execute(fmt::format("create temporary table {} as select * from {} where {} in ({})",
                                  quote_table(kKeptRows), quote_table(design.name),
                                  quote_identifier(kObjectIdColumn), chosen_objects_select()));
  transaction.execute(drop_table_sql(design.name, transaction.dialect()));
  transaction.execute(create_table_sql(design, transaction.dialect()));
  transaction.execute(fmt::format("insert into {} ({}) select {} from {}", quote_table(design.name), columns,
                                  values, quote_table(kKeptRows)));
  transaction.execute(fmt::format("drop table {}", quote_table(kKeptRows)));
  return new_names;
}

}  // namespace starlift
