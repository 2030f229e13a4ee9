#include "pipeline/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

/// The values that name a row, in the order of the model's key.
using Key = std::vector<std::string>;

const Column& column_of(const Model& model, const std::string& name) {
  return std::find_if(model.columns.begin(), model.columns.end(),
                      [&](const ModelColumn& candidate) { return candidate.column.name == name; })
      ->column;
}

const Model& model_named(const WarehouseDefinition& definition, const std::string& name) {
  if (const Model* model = definition.find_model(name)) return *model;
  std::vector<std::string> names;
  for (const auto& model : definition.models)
    names.push_back(model.name);
  throw Error(ErrorKind::kUsage,
              fmt::format("there is no star table {}; there are: {}", name, fmt::join(names, ", ")));
}

/// Returns `(select * from ...)` of the one row.
std::string row_select(const Model& model, const Key& key, const Dialect& dialect) {
  if (key.size() != model.key.size()) {
    throw Error(ErrorKind::kUsage, fmt::format("the key of {} is {}; give a value for each", model.name,
                                               fmt::join(model.key, ", ")));
  }
  std::string conditions;
  for (size_t i = 0; i < key.size(); ++i) {
    conditions +=
        fmt::format("{}{} = cast({} as {})", i == 0 ? "" : " and ", quote_identifier(model.key[i]),
                    dialect.quote_literal(key[i]), dialect.type_name(column_of(model, model.key[i]).type));
  }
  return fmt::format("(select * from {} where {})", quote_table(model_table(model)), conditions);
}

std::string equal_columns(const std::vector<std::string>& source, const std::vector<std::string>& traced) {
  std::string condition;
  for (size_t i = 0; i < source.size(); ++i) {
    condition += fmt::format("{}source.{} = traced.{}", i == 0 ? "" : " and ", quote_identifier(source[i]),
                             quote_identifier(traced[i]));
  }
  return condition;
}

bool has_columns(const Dataset& dataset, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::any_of(dataset.columns.begin(), dataset.columns.end(),
                       [&](const StagingColumn& column) { return column.column.name == name; });
  });
}

/// What the definition says of the rows of `source` behind a row of the model: its [lineage]; else the input
/// of [incremental]; else, in a staging table, the columns of the model's key. Empty when it says nothing.
std::string condition_of(const Model& model, const std::string& source, const Dataset* dataset) {
  for (const auto& entry : model.lineage) {
    if (entry.source == source) return entry.condition;
  }
  if (!dataset) return {};
  if (model.incremental) {
    for (const auto& input : model.incremental->inputs) {
      if (input.dataset == source) return equal_columns({input.column}, {model.incremental->by});
    }
  }
  return has_columns(*dataset, model.key) ? equal_columns(model.key, model.key) : std::string();
}

class Tracer {
 public:
  Tracer(const WarehouseDefinition& definition, Session& session, int limit)
      : definition_(definition), session_(session), limit_(limit) {}

  TracedRow trace(const Model& model, const Key& key) {
    TracedRow row{.table = model.name};
    std::string select = row_select(model, key, session_.dialect());
    read_cells(select, row, fmt::format("{} {}", model.name, fmt::join(key, " ")));
    for (const auto& name : model.reads_datasets)
      row.sources.push_back(trace_dataset(model, select, *definition_.find_dataset(name)));
    for (const auto& name : model.reads_models)
      row.sources.push_back(trace_model(model, select, *definition_.find_model(name)));
    return row;
  }

 private:
  void read_cells(const std::string& select, TracedRow& row, const std::string& asked) {
    auto cursor = query_of_key(fmt::format("select * from {} as traced", select), asked);
    if (!cursor->next()) throw Error(ErrorKind::kUsage, fmt::format("there is no row {}", asked));
    for (size_t i = 0; i < cursor->columns().size(); ++i) {
      auto text = cursor->text(i);
      row.cells.emplace_back(cursor->columns()[i].name,
                             text ? std::optional<std::string>(*text) : std::nullopt);
    }
  }

  /// A value that does not fit the key's type fails the first statement.
  std::unique_ptr<Cursor> query_of_key(const std::string& sql, const std::string& asked) {
    try {
      return session_.query(sql);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kWarehouse) throw;
      throw Error(ErrorKind::kUsage, fmt::format("{} names no row: {}", asked, error.what()));
    }
  }

  TracedSource begin_source(const Model& model, const std::string& name, const TableName& table,
                            const std::string& condition, const std::string& select, std::string& from) {
    TracedSource source{.table = to_string(table)};
    if (condition.empty()) {
      source.trouble = fmt::format(
          "{} does not say which rows of it are behind one of its own; a table "
          "[lineage] in its header would: {} = \"source... = traced...\"",
          model.file, name);
      return source;
    }
    from = fmt::format("from {} as source\njoin {} as traced on {}", quote_table(table), select, condition);
    source.count = *session_.query_integer(session_.dialect().render("select count(*)\n" + from));
    return source;
  }

  TracedSource trace_dataset(const Model& model, const std::string& select, const Dataset& dataset) {
    std::string from;
    auto source = begin_source(model, dataset.name, staging_table(dataset),
                               condition_of(model, dataset.name, &dataset), select, from);
    if (from.empty()) return source;
    std::string values;
    for (const auto& column : dataset.columns)
      values += ", source." + quote_identifier(column.column.name);
    auto cursor = session_.query(session_.dialect().render(fmt::format(
        R"(select objects.object_id, objects."key", source.{}, objects.run_id{}
{}
join {} as objects on objects.object_id = source.{}
order by 2, 3
limit {})",
        quote_identifier(kRecordColumn), values, from, quote_table(objects_design().name),
        quote_identifier(kObjectIdColumn), limit_)));
    while (cursor->next()) {
      auto& record = source.records.emplace_back();
      record.object_id = *cursor->integer(0);
      record.object = *cursor->text(1);
      record.record = *cursor->integer(2);
      record.run_id = *cursor->integer(3);
      for (size_t i = 0; record.record == 0 && i < dataset.columns.size(); ++i) {
        auto value = cursor->text(4 + i);
        record.values.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
      }
    }
    return source;
  }

  TracedSource trace_model(const Model& model, const std::string& select, const Model& read) {
    std::string from;
    auto source = begin_source(model, read.name, model_table(read), condition_of(model, read.name, nullptr),
                               select, from);
    if (from.empty()) return source;
    for (const auto& key : keys_of(read, from))
      source.rows.push_back(trace(read, key));
    return source;
  }

  std::vector<Key> keys_of(const Model& model, const std::string& from) {
    std::string columns;
    for (const auto& name : model.key)
      columns += (columns.empty() ? "source." : ", source.") + quote_identifier(name);
    auto cursor = session_.query(session_.dialect().render(
        fmt::format("select {0}\n{1}\norder by {0}\nlimit {2}", columns, from, limit_)));
    std::vector<Key> keys;
    while (cursor->next()) {
      Key& key = keys.emplace_back();
      for (size_t i = 0; i < model.key.size(); ++i)
        key.emplace_back(*cursor->text(i));
    }
    return keys;
  }

  const WarehouseDefinition& definition_;
  Session& session_;
  int limit_;
};

}  // namespace

TracedRow trace_row(const WarehouseDefinition& definition, Session& session, const std::string& table,
                    const std::vector<std::string>& key, int limit) {
  const Model& model = model_named(definition, table);
  if (!session.has_table(model_table(model)) || !session.has_table(objects_design().name)) {
    throw Error(ErrorKind::kUsage, fmt::format("{} was not loaded yet; starlift etl loads it", table));
  }
  return Tracer(definition, session, limit).trace(model, key);
}

}  // namespace starlift
