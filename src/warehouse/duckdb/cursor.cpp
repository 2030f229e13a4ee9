#include "warehouse/duckdb/cursor.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "warehouse/duckdb/cell_text.h"
#include "warehouse/duckdb/failure.h"

namespace starlift::duckdb {

namespace {

Prepared prepare(duckdb_connection connection, const std::string& sql) {
  Prepared prepared;
  if (duckdb_prepare(connection, sql.c_str(), prepared.out()) != DuckDBSuccess) {
    throw statement_failure(duckdb_prepare_error(prepared.get()), sql);
  }
  return prepared;
}

bool has_foreign_cells(const Prepared& prepared) {
  if (duckdb_prepared_statement_type(prepared.get()) != DUCKDB_STATEMENT_TYPE_SELECT) return false;
  for (idx_t column = 0; column < duckdb_prepared_statement_column_count(prepared.get()); ++column) {
    if (!is_native_cell(duckdb_prepared_statement_column_type(prepared.get(), column))) return true;
  }
  return false;
}

/// Lets DuckDB cast the cells whose types only it can print (lists, structs, intervals).
std::string with_cells_as_text(const Prepared& prepared, std::string_view sql) {
  std::string list;
  for (idx_t column = 0; column < duckdb_prepared_statement_column_count(prepared.get()); ++column) {
    const char* name = duckdb_prepared_statement_column_name(prepared.get(), column);
    bool is_native = is_native_cell(duckdb_prepared_statement_column_type(prepared.get(), column));
    std::string cell = fmt::format("#{}", column + 1);
    list += fmt::format("{}{} as {}", column ? ", " : "",
                        is_native ? cell : fmt::format("cast({} as varchar)", cell), quote_identifier(name));
    duckdb_free(const_cast<char*>(name));
  }
  std::string_view body = trim(sql);
  while (body.ends_with(';'))
    body = trim(body.substr(0, body.size() - 1));
  return fmt::format("select {} from (\n{}\n)", list, body);
}

class DuckDbCursor : public Cursor {
 public:
  DuckDbCursor(duckdb_connection connection, std::string sql) : sql_(std::move(sql)) {
    Prepared prepared = prepare(connection, sql_);
    if (has_foreign_cells(prepared)) use_cells_as_text(connection, prepared);
    Pending pending;
    if (duckdb_pending_prepared_streaming(prepared.get(), pending.out()) != DuckDBSuccess) {
      throw statement_failure(duckdb_pending_error(pending.get()), sql_);
    }
    if (duckdb_execute_pending(pending.get(), &result_.get()) != DuckDBSuccess) fail();
    describe_columns();
  }

  std::span<const ResultColumn> columns() const override { return columns_; }

  bool next() override {
    ++row_;
    while (row_ >= chunk_rows_) {
      chunk_ = Chunk(duckdb_fetch_chunk(result_.get()));
      if (!chunk_.get()) {
        if (duckdb_result_error(&result_.get())) fail();
        return false;
      }
      chunk_rows_ = duckdb_data_chunk_get_size(chunk_.get());
      row_ = 0;
    }
    return true;
  }

  std::optional<std::string_view> text(size_t column) override {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_.get(), column);
    if (is_null(vector)) return std::nullopt;
    texts_[column].clear();
    append_cell(vector, types_[column].get(), row_, texts_[column]);
    return texts_[column];
  }

  std::optional<int64_t> integer(size_t column) override {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk_.get(), column);
    if (is_null(vector)) return std::nullopt;
    return integer_cell(vector, duckdb_get_type_id(types_[column].get()), row_);
  }

 private:
  /// Some statements that answer rows cannot stand in a FROM clause; then the columns are looked at one by
  /// one.
  void use_cells_as_text(duckdb_connection connection, Prepared& prepared) const {
    Prepared wrapped;
    std::string sql = with_cells_as_text(prepared, sql_);
    if (duckdb_prepare(connection, sql.c_str(), wrapped.out()) == DuckDBSuccess)
      prepared = std::move(wrapped);
  }

  void describe_columns() {
    idx_t count = duckdb_column_count(&result_.get());
    texts_.resize(count);
    for (idx_t column = 0; column < count; ++column) {
      types_.emplace_back(duckdb_column_logical_type(&result_.get(), column));
      duckdb_type type = duckdb_get_type_id(types_.back().get());
      const char* name = duckdb_column_name(&result_.get(), column);
      if (!is_native_cell(type)) {
        throw Error(
            ErrorKind::kUsage,
            fmt::format(
                "column {} of this statement is of a type that cannot be shown; select it with a cast "
                "to varchar",
                name))
            .in_statement(sql_);
      }
      columns_.push_back({name, cell_kind(type), type_name(type)});
    }
  }

  bool is_null(duckdb_vector vector) const {
    uint64_t* validity = duckdb_vector_get_validity(vector);
    return validity && !duckdb_validity_row_is_valid(validity, row_);
  }

  [[noreturn]] void fail() { throw statement_failure(duckdb_result_error(&result_.get()), sql_); }

  std::string sql_;
  Result result_;
  std::vector<LogicalType> types_;
  std::vector<ResultColumn> columns_;
  std::vector<std::string> texts_;
  Chunk chunk_;
  idx_t chunk_rows_ = 0;
  idx_t row_ = 0;
};

}  // namespace

std::unique_ptr<Cursor> open_cursor(duckdb_connection connection, std::string_view sql) {
  return std::make_unique<DuckDbCursor>(connection, std::string(sql));
}

}  // namespace starlift::duckdb
