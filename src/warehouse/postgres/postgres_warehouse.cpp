#include "warehouse/postgres/postgres_warehouse.h"

#include <fmt/format.h>

#include <thread>

#include "base/error.h"
#include "warehouse/libpq/connection.h"
#include "warehouse/libpq/session.h"
#include "warehouse/postgres/copy_load.h"
#include "warehouse/postgres/run_lock.h"
#include "warehouse/postgres/server_kind.h"

namespace starlift {

namespace postgres {
namespace {

constexpr int kOldestVersion = 15'00'00;

/// The planner has to know at once of a load of so many rows; the server's own daemon sees to fewer.
constexpr uint64_t kAnalyzedRows = 10'000;

/// A star is made by joins of whole tables that no index serves. Hashing them takes half as long as sorting
/// both sides on disk, which the planner prefers because it cannot tell how many rows meet in a trimmed text;
/// a hash that fits into memory saves writing it down; indexes are built by sorting; and a statement that
/// runs once does not repay its compilation.
constexpr const char* kBegin = R"(begin isolation level read committed;
set local enable_mergejoin to off;
set local jit to off;
select set_config(setting, size, true)
from (values ('work_mem', '64MB'), ('maintenance_work_mem', '256MB')) as wanted (setting, size)
where pg_size_bytes(current_setting(setting)) < pg_size_bytes(size))";

class PostgresTransaction : public libpq::ConnectedTransaction {
 public:
  PostgresTransaction(libpq::Connection& connection, const Dialect& dialect, size_t threads)
      : ConnectedTransaction(connection, dialect), threads_(threads) {
    connection_.execute(kBegin);
  }

  uint64_t load(const TableName& table, BatchSource& source) override {
    uint64_t rows = copy_load(connection_, dialect().bulk_load(table, source.columns(), 0), source, threads_);
    if (rows >= kAnalyzedRows) connection_.execute("analyze " + quote_table(table));
    return rows;
  }

 private:
  size_t threads_;
};

class PostgresWarehouse : public libpq::ConnectedSession<Warehouse> {
 public:
  PostgresWarehouse(std::unique_ptr<libpq::Connection> connection, size_t threads)
      : ConnectedSession(*connection, Dialect::of(Engine::kPostgres)),
        owned_connection_(std::move(connection)),
        threads_(threads) {}

  std::string describe() const override { return connection_.description(); }
  void attempt(const std::function<void()>& statements) override {
    connection_.execute("savepoint attempt");
    try {
      statements();
    } catch (...) {
      connection_.try_to_execute("rollback to savepoint attempt");
      throw;
    }
    connection_.execute("release savepoint attempt");
  }
  std::unique_ptr<Transaction> begin() override {
    return std::make_unique<PostgresTransaction>(connection_, dialect(), threads_);
  }
  std::vector<std::string> open_sql() const override { return {run_lock_statement()}; }
  std::vector<std::string> begin_sql() const override { return {kBegin}; }
  void interrupt() noexcept override { connection_.interrupt(); }

 private:
  std::unique_ptr<libpq::Connection> owned_connection_;
  size_t threads_;
};

}  // namespace
}  // namespace postgres

std::unique_ptr<Warehouse> open_postgres(const ServerAddress& address, const OpenOptions& options) {
  auto connection = std::make_unique<libpq::Connection>(postgres::kServerKind, address);
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
