#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace starlift {

/// A column of a staging or star table: "staging.events", "ts".
struct ColumnOrigin {
  std::string table;
  std::string column;

  bool operator<(const ColumnOrigin& other) const {
    return std::tie(table, column) < std::tie(other.table, other.column);
  }
};

/// The columns of a table or query in their order, each with what its values are made from.
struct TracedRelation {
  struct TracedColumn {
    std::string name;
    std::set<ColumnOrigin> origins;
  };
  std::vector<TracedColumn> columns;
};

/// Traces the columns of a SELECT through its common table expressions, subqueries and set operations to the
/// tables that it reads; `tables` holds those by name. What only decides which rows there are (joins,
/// conditions) is no origin. It reads the text and asks no engine: what it cannot follow has no origins.
TracedRelation trace_columns(std::string_view select, const std::map<std::string, TracedRelation>& tables);

}  // namespace starlift
