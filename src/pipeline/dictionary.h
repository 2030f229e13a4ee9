#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/answer.h"

namespace starlift {

/// How an engine creates or fills a table.
struct TableSql {
  std::string engine;   ///< "duckdb"
  std::string purpose;  ///< "how it is created"
  std::string text;     ///< the statements, each ended by a semicolon
};

/// What a data dictionary tells of a table beside its schema.
struct DictionaryEntry {
  std::vector<TableSql> sql;       ///< engine by engine
  std::optional<Answer> examples;  ///< nothing without a warehouse, or before the table is there
  std::string no_examples;         ///< why the table that is there gives none; else empty
};

}  // namespace starlift
