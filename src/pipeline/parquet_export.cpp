#include "pipeline/parquet_export.h"

#include <fmt/format.h>

#include "base/error.h"
#include "json/value_conversion.h"
#include "warehouse/duckdb/parquet_file.h"

namespace starlift {

namespace {

/// Sets a value of the batch's current row from the text that a cursor gives of it.
ConversionFault set_value(ColumnBatch& batch, size_t column, const ColumnType& type, std::string_view text) {
  auto keep = [&](const auto& converted, auto set) {
    if (converted.fault == ConversionFault::kNone) (batch.*set)(column, converted.value);
    return converted.fault;
  };
  switch (type.kind) {
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return keep(to_integer(text, type.kind), &ColumnBatch::set_integer);
    case TypeKind::kDecimal:
      return keep(to_decimal(text, type.precision, type.scale), &ColumnBatch::set_decimal);
    case TypeKind::kDouble:
      return keep(to_double(text), &ColumnBatch::set_double);
    case TypeKind::kBoolean:
      return keep(to_boolean(text), &ColumnBatch::set_integer);
    case TypeKind::kDate:
      return keep(to_date(text), &ColumnBatch::set_integer);
    case TypeKind::kTimestamp:
      return keep(to_timestamp(text, TimeUnit::kIso8601), &ColumnBatch::set_integer);
    case TypeKind::kVarchar:
      batch.set_text(column, text);
  }
  return ConversionFault::kNone;
}

/// The rows of an answer as batches.
class CursorSource : public BatchSource {
 public:
  CursorSource(Cursor& cursor, const ExportedTable& table) : cursor_(cursor), table_(table) {}

  std::span<const Column> columns() const override { return table_.columns; }
  std::unique_ptr<BatchReader> make_reader() override { return std::make_unique<Reader>(*this); }

 private:
  class Reader : public BatchReader {
   public:
    explicit Reader(CursorSource& source) : source_(source) {}

    bool next(ColumnBatch& batch) override {
      batch.clear();
      while (!batch.is_full() && source_.cursor_.next()) {
        source_.write_row(batch);
        batch.commit_row();
      }
      return batch.rows() > 0;
    }

   private:
    CursorSource& source_;
  };

  void write_row(ColumnBatch& batch) {
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      const Column& column = table_.columns[i];
      auto text = cursor_.text(i);
      if (!text) {
        batch.set_null(i);
      } else if (set_value(batch, i, column.type, *text) != ConversionFault::kNone) {
        throw Error(ErrorKind::kWarehouse,
                    fmt::format("{}.{} holds {}, which is no {}; was the table changed by hand?", table_.name,
                                column.name, *text, to_string(column.type)));
      }
    }
  }

  Cursor& cursor_;
  const ExportedTable& table_;
};

}  // namespace

TableWriter parquet_writer(const OpenOptions& options) {
  return [options](Session& session, const ExportedTable& table, const std::string& path) {
    if (session.dialect().engine() == Engine::kDuckDb) return write_parquet(session, table.select, path);
    auto cursor = session.query(table.select);
    CursorSource source(*cursor, table);
    return write_parquet(source, path, options);
  };
}

}  // namespace starlift
