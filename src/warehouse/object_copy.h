#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "columns/column_type.h"

namespace starlift {

/// Objects that an engine reads by itself, each record as a row of texts.
struct ObjectCopy {
  TableName table;
  TableName target;  ///< where the rows go from there, the caller sees to that
  std::span<const Column> columns;
  std::vector<std::string> json_paths;  ///< where each column's value is in a record
  std::vector<std::string> urls;        ///< of the objects: "s3://bucket/key"
  std::string content;                  ///< of one more object, made for the copy alone; empty: of none
  std::string compression;              ///< of all of them: "gzip", "zstd"; empty: none
  /// It fails with so many records that cannot be read, and leaves out fewer.
  uint64_t max_errors = 1;
};

/// What an engine tells of a copy that went well.
struct CopiedObjects {
  /// A record that was left out.
  struct BadRecord {
    size_t object = 0;  ///< its index in the URLs
    uint64_t line = 0;  ///< of the object on which the record ends, from 1
    std::string reason;
  };
  uint64_t rows = 0;
  std::vector<BadRecord> bad_records;
  /// How many lines it read of each object, by index in the URLs; of none where it does not tell.
  std::map<size_t, uint64_t> lines;
};

}  // namespace starlift
