#include "warehouse/redshift/insert_rows.h"

#include <fmt/format.h>

#include "sql/dialect.h"
#include "warehouse/batch_pull.h"
#include "warehouse/redshift/value_text.h"

namespace starlift::redshift {

namespace {

/// A statement holds at most 16 MB.
constexpr size_t kStatementBytes = 4 << 20;
constexpr size_t kStatementRows = 1000;

bool is_bare(TypeKind kind) {
  return kind == TypeKind::kSmallint || kind == TypeKind::kInteger || kind == TypeKind::kBigint;
}

void append_row(const ColumnBatch& batch, size_t row, std::string& sql) {
  const Dialect& dialect = Dialect::of(Engine::kRedshift);
  char before = '(';
  for (size_t i = 0; i < batch.column_count(); ++i, before = ',') {
    const ColumnValues& values = batch.column(i);
    sql += before;
    if (i > 0) sql += ' ';
    if (!values.is_valid[row]) {
      sql += "null";
    } else if (is_bare(values.type.kind)) {
      append_value(values, row, sql);
    } else {
      std::string text;
      append_value(values, row, text);
      sql += dialect.quote_literal(text);
    }
  }
  sql += ')';
}

}  // namespace

std::string insert_head(const TableName& table, std::span<const Column> columns) {
  return fmt::format("insert into {} ({}) values", quote_table(table), quote_columns(columns));
}

uint64_t insert_rows(const TableName& table, BatchSource& source,
                     const std::function<void(const std::string& sql)>& execute) {
  const std::string head = insert_head(table, source.columns());
  uint64_t rows = 0;
  pull_batches(source, 1, [&](const ColumnBatch& batch, std::string& sql) {
    size_t in_statement = 0;
    for (size_t row = 0; row < batch.rows(); ++row) {
      sql += in_statement == 0 ? head + "\n    " : ",\n    ";
      append_row(batch, row, sql);
      bool is_full = ++in_statement == kStatementRows || sql.size() >= kStatementBytes;
      if (!is_full && row + 1 < batch.rows()) continue;
      execute(sql);
      rows += in_statement;
      in_statement = 0;
      sql.clear();
    }
  });
  return rows;
}

}  // namespace starlift::redshift
