#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "columns/column_batch.h"
#include "json/json_value.h"
#include "json/record_parser.h"
#include "json/record_reader.h"

namespace starlift {

/// Writes the values of records into the first columns of a batch.
class RowWriter {
 public:
  explicit RowWriter(std::span<const FieldSpec> fields);

  /// Converts the value of each field and sets the batch's current row. Returns false at the first
  /// value that does not fit; then `failed_field()` and `reason()` say which and why.
  bool write(const RecordParser& record, ColumnBatch& batch);

  size_t failed_field() const { return failed_field_; }
  const std::string& failed_column() const { return names_[failed_field_]; }
  const std::string& reason() const { return reason_; }

 private:
  /// What is needed for every value, kept close together.
  struct Target {
    ColumnType type;
    TimeUnit unit;
    bool is_nullable;
  };

  bool write_value(size_t column, const JsonValue& value, ColumnBatch& batch);
  bool write_null(size_t column, std::string_view described, ColumnBatch& batch);
  bool write_text(size_t column, const JsonValue& value, ColumnBatch& batch);
  bool write_converted(size_t column, const JsonValue& value, ColumnBatch& batch);
  bool refuse(std::string reason);

  std::vector<Target> targets_;
  std::vector<std::string> names_;
  size_t failed_field_ = 0;
  std::string reason_;
};

}  // namespace starlift
