#include "json/row_writer.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "json/value_conversion.h"

namespace starlift {

namespace {

void set(ColumnBatch& batch, size_t column, int64_t value) {
  batch.set_integer(column, value);
}
void set(ColumnBatch& batch, size_t column, double value) {
  batch.set_double(column, value);
}
void set(ColumnBatch& batch, size_t column, Int128 value) {
  batch.set_decimal(column, value);
}

}  // namespace

RowWriter::RowWriter(std::span<const FieldSpec> fields) {
  for (const auto& [column, path, unit] : fields) {
    targets_.push_back({column.type, unit, column.is_nullable});
    names_.push_back(column.name);
  }
}

bool RowWriter::write(const RecordParser& record, ColumnBatch& batch) {
  for (size_t column = 0; column < targets_.size(); ++column) {
    if (write_value(column, record.value(column), batch)) continue;
    failed_field_ = column;
    return false;
  }
  return true;
}

inline bool RowWriter::write_value(size_t column, const JsonValue& value, ColumnBatch& batch) {
  if (value.is_absent()) return write_null(column, "missing", batch);
  if (value.is_null()) return write_null(column, "null", batch);
  if (targets_[column].type.kind == TypeKind::kVarchar) return write_text(column, value, batch);
  if (value.text.empty()) return write_null(column, "null (empty text)", batch);
  return write_converted(column, value, batch);
}

inline bool RowWriter::write_null(size_t column, std::string_view described, ColumnBatch& batch) {
  if (!targets_[column].is_nullable) return refuse(fmt::format("required, but {}", described));
  batch.set_null(column);
  return true;
}

inline bool RowWriter::write_text(size_t column, const JsonValue& value, ColumnBatch& batch) {
  const auto& type = targets_[column].type;
  if (value.text.size() > static_cast<size_t>(type.length_bytes)) {
    auto size = format_count(static_cast<int64_t>(value.text.size()));
    return refuse(fmt::format("{} bytes do not fit {}", size, to_string(type)));
  }
  // A NUL can only come from \u0000.
  if (value.has_escapes() && value.text.find('\0') != value.text.npos) {
    return refuse("the text holds a NUL character (\\u0000)");
  }
  batch.set_text(column, value.text);
  return true;
}

/// What is no string converts by its source: no type but varchar reads that of an object or array.
bool RowWriter::write_converted(size_t column, const JsonValue& value, ColumnBatch& batch) {
  const auto& [type, unit, is_nullable] = targets_[column];
  auto store = [&](auto converted) {
    if (converted.fault != ConversionFault::kNone) {
      return refuse(describe(converted.fault, value.source, targets_[column].type, targets_[column].unit));
    }
    set(batch, column, converted.value);
    return true;
  };
  switch (type.kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return store(to_integer(value.text, type.kind));
    case TypeKind::kDecimal:
      return store(to_decimal(value.text, type.precision, type.scale));
    case TypeKind::kDouble:
      return store(to_double(value.text));
    case TypeKind::kBoolean:
      return store(to_boolean(value.text));
    case TypeKind::kDate:
      return store(to_date(value.text));
    case TypeKind::kTimestamp:
      return store(to_timestamp(value.text, unit));
    case TypeKind::kVarchar:
      break;
  }
  return false;
}

bool RowWriter::refuse(std::string reason) {
  reason_ = std::move(reason);
  return false;
}

}  // namespace starlift
