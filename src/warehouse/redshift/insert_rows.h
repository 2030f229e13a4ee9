#pragma once

#include <functional>
#include <span>
#include <string>

#include "columns/batch_source.h"

namespace starlift::redshift {

/// Writes the rows of a source as `insert into ... values` of many rows each, and hands every statement to
/// `execute`. Returns the number of rows.
uint64_t insert_rows(const TableName& table, BatchSource& source,
                     const std::function<void(const std::string& sql)>& execute);

/// Returns how such a statement begins, up to `values`.
std::string insert_head(const TableName& table, std::span<const Column> columns);

}  // namespace starlift::redshift
