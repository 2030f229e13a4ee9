#include "warehouse/duckdb/chunk_writer.h"

#include <algorithm>
#include <cstring>

namespace starlift::duckdb {

namespace {

/// DuckDB keeps strings of up to 12 bytes inside their 16-byte slot, padded with zeros.
constexpr size_t kInlineBytes = 12;

template <typename Target, typename Value>
void copy_values(const std::vector<Value>& values, size_t rows, void* data) {
  auto* target = static_cast<Target*>(data);
  std::transform(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rows), target,
                 [](Value value) { return static_cast<Target>(value); });
}

void copy_decimals(const ColumnValues& column, size_t rows, void* data) {
  // The physical width follows the precision (DuckDB's documentation of the DECIMAL type).
  if (column.type.precision <= 4) return copy_values<int16_t>(column.decimals, rows, data);
  if (column.type.precision <= 9) return copy_values<int32_t>(column.decimals, rows, data);
  if (column.type.precision <= 18) return copy_values<int64_t>(column.decimals, rows, data);
  auto* target = static_cast<duckdb_hugeint*>(data);
  for (size_t row = 0; row < rows; ++row) {
    target[row] = {static_cast<uint64_t>(column.decimals[row]),
                   static_cast<int64_t>(column.decimals[row] >> 64)};
  }
}

void copy_texts(const ColumnValues& column, size_t rows, duckdb_vector vector) {
  auto* slots = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  for (size_t row = 0; row < rows; ++row) {
    if (!column.is_valid[row]) continue;
    std::string_view text = column.texts[row];
    if (text.size() <= kInlineBytes) {
      duckdb_string_t slot{};
      slot.value.inlined.length = static_cast<uint32_t>(text.size());
      std::copy(text.begin(), text.end(), slot.value.inlined.inlined);
      slots[row] = slot;
    } else {
      duckdb_unsafe_vector_assign_string_element_len(vector, row, text.data(), text.size());
    }
  }
}

void copy_validity(const ColumnValues& column, size_t rows, duckdb_vector vector) {
  if (std::memchr(column.is_valid.data(), 0, rows) == nullptr) return;
  duckdb_vector_ensure_validity_writable(vector);
  uint64_t* mask = duckdb_vector_get_validity(vector);
  for (size_t row = 0; row < rows; ++row) {
    if (!column.is_valid[row]) duckdb_validity_set_row_invalid(mask, row);
  }
}

void copy_column(const ColumnValues& column, size_t rows, duckdb_vector vector) {
  void* data = duckdb_vector_get_data(vector);
  switch (column.type.kind) {
    case TypeKind::kBoolean:
      copy_values<bool>(column.integers, rows, data);
      break;
    case TypeKind::kSmallint:
      copy_values<int16_t>(column.integers, rows, data);
      break;
    case TypeKind::kInteger:
    case TypeKind::kDate:
      copy_values<int32_t>(column.integers, rows, data);
      break;
    case TypeKind::kBigint:
    case TypeKind::kTimestamp:
      copy_values<int64_t>(column.integers, rows, data);
      break;
    case TypeKind::kDouble:
      copy_values<double>(column.doubles, rows, data);
      break;
    case TypeKind::kDecimal:
      copy_decimals(column, rows, data);
      break;
    case TypeKind::kVarchar:
      copy_texts(column, rows, vector);
      break;
  }
}

}  // namespace

LogicalType logical_type(const ColumnType& type) {
  auto plain = [](duckdb_type id) { return LogicalType(duckdb_create_logical_type(id)); };
  switch (type.kind) {
    case TypeKind::kSmallint:
      return plain(DUCKDB_TYPE_SMALLINT);
    case TypeKind::kInteger:
      return plain(DUCKDB_TYPE_INTEGER);
    case TypeKind::kBigint:
      return plain(DUCKDB_TYPE_BIGINT);
    case TypeKind::kDouble:
      return plain(DUCKDB_TYPE_DOUBLE);
    case TypeKind::kBoolean:
      return plain(DUCKDB_TYPE_BOOLEAN);
    case TypeKind::kDate:
      return plain(DUCKDB_TYPE_DATE);
    case TypeKind::kTimestamp:
      return plain(DUCKDB_TYPE_TIMESTAMP);
    case TypeKind::kDecimal:
      return LogicalType(
          duckdb_create_decimal_type(static_cast<uint8_t>(type.precision), static_cast<uint8_t>(type.scale)));
    case TypeKind::kVarchar:
      break;
  }
  return plain(DUCKDB_TYPE_VARCHAR);
}

void write_chunk(const ColumnBatch& batch, size_t rows, duckdb_data_chunk chunk) {
  for (size_t index = 0; index < batch.column_count(); ++index) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, index);
    copy_validity(batch.column(index), rows, vector);
    copy_column(batch.column(index), rows, vector);
  }
  duckdb_data_chunk_set_size(chunk, rows);
}

}  // namespace starlift::duckdb
