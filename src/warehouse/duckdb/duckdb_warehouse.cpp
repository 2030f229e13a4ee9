#include "warehouse/duckdb/duckdb_warehouse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "warehouse/duckdb/cursor.h"
#include "warehouse/duckdb/database_file.h"
#include "warehouse/duckdb/failure.h"
#include "warehouse/duckdb/feed.h"
#include "warehouse/duckdb/handles.h"

namespace starlift {

namespace duckdb {
namespace {

void run(duckdb_connection connection, const std::string& sql) {
  Result result;
  if (duckdb_query(connection, sql.c_str(), &result.get()) != DuckDBSuccess) {
    throw statement_failure(duckdb_result_error(&result.get()), sql);
  }
}

/// Chooses these of duckdb_tables(), which cost a third of information_schema.tables, a view over them and
/// more.
std::string condition_of(std::span<const TableName> tables, const Dialect& dialect) {
  std::vector<std::string> names;
  for (const auto& table : tables) {
    names.push_back(fmt::format("({}, {})",
                                dialect.quote_literal(table.schema.empty() ? "main" : table.schema),
                                dialect.quote_literal(table.name)));
  }
  return fmt::format("database_name = current_database() and (schema_name, table_name) in ({})",
                     fmt::join(names, ", "));
}

/// The statements that sessions inside and outside a transaction share.
template <typename Base>
class DuckDbSession : public Base {
 public:
  explicit DuckDbSession(duckdb_connection connection) : connection_(connection) {}

  const Dialect& dialect() const override { return Dialect::of(Engine::kDuckDb); }
  void execute(std::string_view sql) override { run(connection_, std::string(sql)); }
  std::unique_ptr<Cursor> query(std::string_view sql) override { return open_cursor(connection_, sql); }
  bool has_tables(std::span<const TableName> tables) override {
    std::string sql = "select count(*) from duckdb_tables() where " + condition_of(tables, dialect());
    return this->query_integer(sql) == static_cast<int64_t>(tables.size());
  }

 protected:
  duckdb_connection connection_;
};

class DuckDbTransaction : public DuckDbSession<Transaction> {
 public:
  DuckDbTransaction(duckdb_connection connection, Feed& feed) : DuckDbSession(connection), feed_(feed) {
    run(connection_, "begin transaction");
  }
  ~DuckDbTransaction() override {
    if (!is_finished_) try_to("rollback");
    if (joins_as_written_) try_to("reset disabled_optimizers");
  }

  uint64_t load(const TableName& table, BatchSource& source) override {
    auto rows_before = query_integer(fmt::format("select estimated_size from duckdb_tables() where {}",
                                                 condition_of({&table, 1}, dialect())));
    Feed::Loan loan(feed_, source);
    std::string sql = dialect().bulk_load(table, source.columns(), loan.number());
    Result result;
    if (duckdb_query(connection_, sql.c_str(), &result.get()) != DuckDBSuccess) {
      loan.rethrow();
      throw statement_failure(duckdb_result_error(&result.get()), sql);
    }
    uint64_t rows = duckdb_rows_changed(&result.get());
    if (static_cast<int64_t>(rows) > rows_before) join_as_written();
    return rows;
  }

  void commit() override {
    is_finished_ = true;
    run(connection_, "commit");
  }

 private:
  void try_to(const char* sql) {
    Result ignored;
    duckdb_query(connection_, sql, &ignored.get());
  }

  /// DuckDB takes the rows that a transaction brought itself for none, and would then build the hash table of
  /// a join on the larger side. From now on it builds on the side that is written second.
  void join_as_written() {
    if (std::exchange(joins_as_written_, true)) return;
    run(connection_, "set disabled_optimizers = 'build_side_probe_side'");
  }

  Feed& feed_;
  bool is_finished_ = false;
  bool joins_as_written_ = false;
};

class DuckDbWarehouse : public DuckDbSession<Warehouse> {
 public:
  DuckDbWarehouse(std::string path, Database database, Connection connection)
      : DuckDbSession(connection.get()),
        path_(std::move(path)),
        database_(std::move(database)),
        owned_connection_(std::move(connection)),
        feed_(connection_) {}

  std::string describe() const override { return path_.empty() ? "DuckDB in memory" : path_; }
  std::unique_ptr<Transaction> begin() override {
    return std::make_unique<DuckDbTransaction>(connection_, feed_);
  }
  void interrupt() noexcept override { duckdb_interrupt(connection_); }

 private:
  std::string path_;
  Database database_;
  Connection owned_connection_;
  Feed feed_;
};

}  // namespace
}  // namespace duckdb

std::unique_ptr<Warehouse> open_duckdb(const std::string& path, const OpenOptions& options) {
  duckdb::Database database = duckdb::open_database(path, options);
  duckdb::Connection connection = duckdb::connect(database);
  return std::make_unique<duckdb::DuckDbWarehouse>(path, std::move(database), std::move(connection));
}

}  // namespace starlift
