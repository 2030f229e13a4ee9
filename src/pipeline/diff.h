#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// A row that one of two warehouses has and the other has not.
struct DifferingRow {
  bool is_in_left = false;
  std::vector<std::optional<std::string>> cells;
};

/// How a table differs between two warehouses.
struct TableDiff {
  std::string name;
  std::vector<std::string> columns;
  uint64_t left_rows = 0;
  uint64_t right_rows = 0;
  uint64_t differing_rows = 0;
  std::vector<DifferingRow> first_rows;  ///< at most as many as were asked for

  bool is_equal() const { return differing_rows == 0; }
};

/// Compares every staging and star table of a definition, row for row, whatever the engines and the
/// order of arrival: staging rows by their columns, their object's key and their record number.
/// Streams both sides in order, so memory does not grow with the tables.
std::vector<TableDiff> diff_warehouses(const WarehouseDefinition& definition, Session& left, Session& right,
                                       size_t max_rows);

}  // namespace starlift
