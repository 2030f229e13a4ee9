#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "columns/column_type.h"

namespace starlift {

/// The most that MAXERROR can be.
/// https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-load.html
inline constexpr uint64_t kMaxCopyErrors = 100'000;

/// A COPY of Redshift's, by which the cluster reads JSON objects from S3 into a table.
/// https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
struct CopyStatement {
  TableName table;
  std::span<const Column> columns;
  std::string manifest_url;         ///< s3://..., the list of the objects to read
  std::string iam_role;             ///< an ARN, or "default": the cluster's own; never a key
  std::string json_paths = "auto";  ///< a jsonpaths file, or "auto": the fields are named as the columns
  std::string compression = {};     ///< "gzip", "bzip2", "zstd"; empty: none
  std::string region = {};          ///< the bucket's; empty: the cluster's
  /// The COPY fails with so many errors, and goes on after fewer; 0 as 1. At most kMaxCopyErrors.
  uint64_t max_errors = 0;
};

/// Returns the statement, an option per line.
std::string copy_sql(const CopyStatement& copy);

}  // namespace starlift
