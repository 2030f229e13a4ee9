#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace starlift {

/// A record that is behind a row, and where it is.
struct TracedRecord {
  int64_t object_id = 0;
  std::string object;
  int64_t record = 0;  ///< its number in the object, from 1; 0 until it is found in its batch
  /// Of a row that was loaded direct: its values, by which it is to be found. `object_id` is the batch's
  /// then.
  std::vector<std::optional<std::string>> values;
  int64_t run_id = 0;   ///< the run that loaded it
  uint64_t offset = 0;  ///< of its first byte in the object's content, decompressed
  std::string text;     ///< its bytes as the source has them now
  std::string trouble;  ///< why they could not be read; empty when they could
};

struct TracedSource;

/// A row of a star table and what is behind it.
struct TracedRow {
  std::string table;
  std::vector<std::pair<std::string, std::optional<std::string>>> cells;
  std::vector<TracedSource> sources;
};

/// What a table that the model reads holds of it: records of a staging table, or rows of another model.
struct TracedSource {
  std::string table;
  int64_t count = 0;  ///< how many there are; no more than the limit are listed
  std::vector<TracedRecord> records;
  std::vector<TracedRow> rows;
  std::string trouble;  ///< why nothing could be found; empty when it could
};

}  // namespace starlift
