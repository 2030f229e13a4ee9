#include "warehouse/duckdb/parquet_file.h"

#include <fmt/format.h>

#include "warehouse/duckdb/database_file.h"
#include "warehouse/duckdb/failure.h"
#include "warehouse/duckdb/feed.h"
#include "warehouse/duckdb/handles.h"

namespace starlift {

namespace {

std::string copy_statement(const std::string& select, const std::string& path) {
  return fmt::format("copy (\n{}\n) to {} (format parquet, compression zstd)", select,
                     Dialect::of(Engine::kDuckDb).quote_literal(path));
}

}  // namespace

uint64_t write_parquet(Session& session, const std::string& select, const std::string& path) {
  return static_cast<uint64_t>(session.query_integer(copy_statement(select, path)).value_or(0));
}

uint64_t write_parquet(BatchSource& source, const std::string& path, const OpenOptions& options) {
  using duckdb::Connection, duckdb::Database, duckdb::Feed, duckdb::Result;
  Database database =
      duckdb::open_database("", {.memory_bytes = options.memory_bytes, .threads = options.threads});
  Connection connection = duckdb::connect(database);
  Feed feed(connection.get());
  Feed::Loan loan(feed, source);
  std::string sql = copy_statement(fmt::format("select * from starlift_feed({})", loan.number()), path);
  Result result;
  if (duckdb_query(connection.get(), sql.c_str(), &result.get()) != DuckDBSuccess) {
    loan.rethrow();
    throw duckdb::statement_failure(duckdb_result_error(&result.get()), sql);
  }
  return duckdb_rows_changed(&result.get());
}

}  // namespace starlift
