#include "warehouse/postgres/postgres_warehouse.h"

#include <fmt/format.h>

#include <thread>

#include "base/error.h"
#include "warehouse/postgres/connection.h"
#include "warehouse/postgres/copy_load.h"
#include "warehouse/postgres/cursor.h"
#include "warehouse/postgres/run_lock.h"

namespace starlift {

namespace postgres {
namespace {

constexpr int kOldestVersion = 15'00'00;

/// The planner has to know at once of a load of so many rows; the server's own daemon sees to fewer.
constexpr uint64_t kAnalyzedRows = 10'000;

/// The statements that sessions inside and outside a transaction share.
template <typename Base>
class PostgresSession : public Base {
 public:
  explicit PostgresSession(Connection& connection) : connection_(connection) {}

  const Dialect& dialect() const override { return Dialect::of(Engine::kPostgres); }
  void execute(std::string_view sql) override { connection_.execute(sql); }
  std::unique_ptr<Cursor> query(std::string_view sql) override { return open_cursor(connection_, sql); }
  bool has_table(const TableName& table) override {
    std::string schema = table.schema.empty() ? "current_schema()" : dialect().quote_literal(table.schema);
    return this
        ->query_integer(
            fmt::format("select 1 from pg_catalog.pg_tables where schemaname = {} and tablename = {}", schema,
                        dialect().quote_literal(table.name)))
        .has_value();
  }

 protected:
  Connection& connection_;
};

class PostgresTransaction : public PostgresSession<Transaction> {
 public:
  PostgresTransaction(Connection& connection, size_t threads)
      : PostgresSession(connection), threads_(threads) {
    connection_.execute("begin isolation level read committed");
  }
  ~PostgresTransaction() override {
    if (is_finished_) return;
    try {
      connection_.execute("rollback");
    } catch (const Error&) {
      // A connection that was lost has rolled back.
    }
  }

  uint64_t load(const TableName& table, BatchSource& source) override {
    uint64_t rows = copy_load(connection_, dialect().bulk_load(table, source.columns(), 0), source, threads_);
    if (rows >= kAnalyzedRows) connection_.execute("analyze " + quote_table(table));
    return rows;
  }

  void commit() override {
    is_finished_ = true;
    // A transaction in which a statement failed is rolled back, and that is no error to the server.
    if (connection_.execute("commit") == "COMMIT") return;
    throw Error(ErrorKind::kWarehouse,
                "the transaction could not be committed, a statement of it had failed");
  }

 private:
  size_t threads_;
  bool is_finished_ = false;
};

class PostgresWarehouse : public PostgresSession<Warehouse> {
 public:
  PostgresWarehouse(std::unique_ptr<Connection> connection, size_t threads)
      : PostgresSession(*connection), owned_connection_(std::move(connection)), threads_(threads) {}

  std::string describe() const override { return connection_.description(); }
  std::unique_ptr<Transaction> begin() override {
    return std::make_unique<PostgresTransaction>(connection_, threads_);
  }
  void interrupt() noexcept override { connection_.interrupt(); }

 private:
  std::unique_ptr<Connection> owned_connection_;
  size_t threads_;
};

}  // namespace
}  // namespace postgres

std::unique_ptr<Warehouse> open_postgres(const ServerAddress& address, const OpenOptions& options) {
  auto connection = std::make_unique<postgres::Connection>(address);
  if (PQserverVersion(connection->get()) < postgres::kOldestVersion) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{} is of version {}; starlift needs PostgreSQL 15 or newer", connection->description(),
                    PQparameterStatus(connection->get(), "server_version")));
  }
  if (options.is_read_only) {
    connection->execute("begin isolation level repeatable read read only");
  } else {
    postgres::take_run_lock(*connection);
  }
  size_t threads = options.threads > 0 ? static_cast<size_t>(options.threads)
                                       : std::max(1u, std::thread::hardware_concurrency());
  return std::make_unique<postgres::PostgresWarehouse>(std::move(connection), threads);
}

}  // namespace starlift
