#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns/column_type.h"

namespace starlift {

/// A column of a table, as people look it up.
struct SchemaColumn {
  Column column;
  bool is_key = false;
  std::string description;
  std::string field;      ///< staging: where the value is in a record, "order.id"
  std::string time_unit;  ///< staging timestamps: what a number in a record means, "ms"
  struct Target {
    std::string table;
    std::string column;
  };
  std::optional<Target> references = {};
  std::vector<Target> origins =
      {};  ///< star: the columns that its values are made from, as far as the SELECT says
};

/// A table with what its definition says of it.
struct SchemaTable {
  enum class Kind { kStaging, kFact, kDimension };
  std::string name;  ///< "staging.events", "users"
  Kind kind = Kind::kStaging;
  std::string description;
  std::vector<std::string> key;  ///< unique together; a staging table has none
  std::vector<SchemaColumn> columns;
  std::vector<std::string> made_from;  ///< the tables that its SELECT reads; a staging table has none
  std::string source;                  ///< staging: the key of dwh.cfg that says where its objects are
};

/// The tables of a warehouse definition, for pictures and dictionaries.
struct Schema {
  std::string name;
  std::string description;
  std::vector<SchemaTable> tables;  ///< staging first; then every model after those it reads or refers to

  const SchemaTable* find(std::string_view table) const;
};

/// Returns what a row stands for: the first sentence of the description.
std::string grain_of(const SchemaTable& table);

/// "staging", "fact", "dimension".
std::string_view to_string(SchemaTable::Kind kind);

}  // namespace starlift
