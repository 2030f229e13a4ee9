#pragma once

#include <string>

#include "columns/batch_source.h"
#include "sql/copy_statement.h"
#include "warehouse/libpq/connection.h"
#include "warehouse/redshift/staging_area.h"

namespace starlift::redshift {

/// How rows get into the cluster by way of S3.
struct StagedCopy {
  StagingArea& area;
  std::string folder;  ///< of this load, in the area
  std::string iam_role;
  size_t slices = 1;
  size_t threads = 1;
};

/// Returns the COPY that loads what is put there.
std::string copy_sql_of(const StagedCopy& copy, const TableName& table, const BatchSource& source);

/// Writes all rows of a source as parts into the staging area, has the cluster copy them by one COPY over
/// their manifest, and removes them, also when that fails. Returns the number of rows. Throws
/// Error{kMismatch} when the cluster counted another number.
uint64_t copy_staged(libpq::Connection& connection, const StagedCopy& copy, const TableName& table,
                     BatchSource& source);

}  // namespace starlift::redshift
