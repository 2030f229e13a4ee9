#include "warehouse/redshift/redshift_warehouse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "warehouse/libpq/session.h"
#include "warehouse/redshift/area_folder.h"
#include "warehouse/redshift/direct_copy.h"
#include "warehouse/redshift/insert_rows.h"
#include "warehouse/redshift/load_views.h"
#include "warehouse/redshift/run_lock.h"
#include "warehouse/redshift/server_kind.h"
#include "warehouse/redshift/staged_copy.h"

namespace starlift {

namespace redshift {
namespace {

/// So many rows are sooner there by INSERT than a part is written and copied.
constexpr uint64_t kInsertedRows = 500;

/// So many new rows of a table change what the planner has to know; automatic ANALYZE sees to fewer, later.
constexpr uint64_t kAnalyzedRows = 100'000;

/// What a load needs besides the connection.
struct LoadMeans {
  std::unique_ptr<StagingArea> area;  ///< null: there is none
  std::string run_folder;             ///< in the area, of this process
  std::string iam_role;
  size_t slices = 1;
  size_t threads = 1;
  LoadViews views;
  int64_t loads = 0;

  bool copies(const BatchSource& source) const {
    auto rows = source.max_rows();
    return area && !(rows && *rows <= kInsertedRows);
  }
  StagedCopy copy_of(const TableName& table, int64_t load_number) const {
    return {.area = *area,
            .folder = folder_of(table, load_number),
            .iam_role = iam_role,
            .slices = slices,
            .threads = threads};
  }
  DirectCopy direct_copy_of(const TableName& table, int64_t load_number) const {
    return {.area = *area, .folder = folder_of(table, load_number), .iam_role = iam_role};
  }

 private:
  std::string folder_of(const TableName& table, int64_t load_number) const {
    return fmt::format("{}/{}-{}", run_folder, load_number, table.name);
  }
};

class RedshiftTransaction : public libpq::ConnectedTransaction {
 public:
  /// The connection is in a transaction that has the lock.
  /// `grown` takes the tables whose statistics a commit makes old.
  RedshiftTransaction(libpq::Connection& connection, const Dialect& dialect, LoadMeans& means,
                      std::vector<TableName>& grown)
      : ConnectedTransaction(connection, dialect), means_(means), grown_(grown) {}

  uint64_t load(const TableName& table, BatchSource& source) override {
    if (!means_.copies(source))
      return insert_rows(table, source, [this](const std::string& sql) { connection_.execute(sql); });
    try {
      uint64_t rows = copy_staged(connection_, means_.copy_of(table, ++means_.loads), table, source);
      if (rows >= kAnalyzedRows) large_.push_back(table);
      return rows;
    } catch (const Error& error) {
      if (!is_about_load_errors(error)) throw;
      roll_back();
      throw means_.views.explain(error, connection_);
    }
  }

  CopiedObjects copy_objects(const ObjectCopy& asked) override {
    ObjectCopy copy = asked;
    if (!means_.views.counts_errors()) copy.max_errors = 1;
    try {
      auto copied =
          copy_direct(connection_, means_.views, means_.direct_copy_of(copy.table, ++means_.loads), copy);
      if (copied.rows >= kAnalyzedRows) large_.push_back(copy.target);
      return copied;
    } catch (const Error& error) {
      if (!is_about_load_errors(error)) throw;
      roll_back();
      throw means_.views.explain(error, connection_);
    }
  }

  void note_refilled(const TableName& table, uint64_t rows) override {
    if (rows >= kAnalyzedRows) large_.push_back(table);
  }

  void commit() override {
    ConnectedTransaction::commit();
    grown_.insert(grown_.end(), large_.begin(), large_.end());
  }

 private:
  LoadMeans& means_;
  std::vector<TableName>& grown_;
  std::vector<TableName> large_;
};

class RedshiftWarehouse : public libpq::ConnectedSession<Warehouse> {
 public:
  RedshiftWarehouse(std::unique_ptr<libpq::Connection> connection, LoadMeans means)
      : ConnectedSession(*connection, Dialect::of(Engine::kRedshift)),
        owned_connection_(std::move(connection)),
        means_(std::move(means)) {}

  std::string describe() const override { return connection_.description(); }

  /// Redshift has no savepoints.
  void attempt(const std::function<void()>& statements) override {
    try {
      statements();
    } catch (...) {
      connection_.try_to_execute("rollback");
      connection_.try_to_execute("begin read only");
      throw;
    }
  }

  std::string load_sql(const TableName& table, const BatchSource& source,
                       int64_t load_number) const override {
    if (source.max_rows() == 0) return {};
    if (means_.copies(source)) return copy_sql_of(means_.copy_of(table, load_number), table, source);
    return insert_head(table, source.columns()) + " ...";
  }

  bool copies_objects() const override { return means_.area != nullptr; }

  std::string copy_objects_sql(const ObjectCopy& copy, int64_t load_number) const override {
    return direct_copy_sql(means_.direct_copy_of(copy.table, load_number), copy);
  }

  /// Takes the run lock, and sweeps what runs that have ended left behind.
  void open_for_writing() {
    make_lock_table(connection_);
    means_.slices = count_slices();
    if (means_.area) means_.views.find(connection_);
    begin_locked(connection_);
    is_begun_ = true;
    if (means_.area) {
      auto names = means_.area->list();
      if (!names.empty()) means_.area->remove(names);
    }
  }

  std::unique_ptr<Transaction> begin() override {
    if (!std::exchange(is_begun_, false)) begin_again();
    return std::make_unique<RedshiftTransaction>(connection_, dialect(), means_, grown_);
  }
  std::vector<std::string> open_sql() const override { return lock_table_statements(); }
  std::vector<std::string> begin_sql() const override { return begin_locked_statements(); }
  void gather_statistics() override {
    for (const auto& table : std::exchange(grown_, {})) {
      try {
        connection_.execute("analyze " + quote_table(table));
      } catch (const Error&) {
        // The cluster does it by itself in the end.
      }
    }
  }
  void interrupt() noexcept override { connection_.interrupt(); }

 private:
  /// Between two transactions of ours another run may take the lock. Then this one starts over, and waits as
  /// it was told to.
  void begin_again() {
    try {
      begin_locked(connection_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kBusy) throw;
      throw Error(ErrorKind::kWarehouse, error.what()).in_statement({}, "40001");
    }
  }

  /// A serverless workgroup does not say.
  size_t count_slices() {
    constexpr size_t kUnknown = 16;
    try {
      return static_cast<size_t>(query_integer("select count(*) from stv_slices").value_or(kUnknown));
    } catch (const Error&) {
      if (PQstatus(connection_.get()) != CONNECTION_OK) throw;
      return kUnknown;
    }
  }

  std::unique_ptr<libpq::Connection> owned_connection_;
  LoadMeans means_;
  std::vector<TableName> grown_;  ///< by much, since their statistics were gathered
  bool is_begun_ = false;
};

/// Takes the user's own schema out of the search path: it would make each user's star another one.
void share_default_schema(libpq::Connection& connection) {
  std::string path;
  {
    auto cursor = libpq::open_cursor(connection, "show search_path");
    if (cursor->next()) path = cursor->text(0).value_or("");
  }
  std::vector<std::string_view> kept;
  for (auto name : split(path, ',')) {
    if (name = trim(name); !name.empty() && name != "$user" && name != "\"$user\"") kept.push_back(name);
  }
  if (kept.empty()) kept.emplace_back("public");
  connection.execute(fmt::format("set search_path to {}", fmt::join(kept, ", ")));
}

std::string run_folder() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("run-{}-{}", std::chrono::duration_cast<std::chrono::microseconds>(now).count(),
                     getpid());
}

}  // namespace
}  // namespace redshift

std::unique_ptr<Warehouse> open_redshift(const RedshiftSettings& settings, const OpenOptions& options) {
  if (!options.is_read_only && settings.open_staging && settings.iam_role.empty()) {
    throw Error(ErrorKind::kConfiguration,
                "the cluster reads what is staged in S3 by a role: set ARN under [IAM_ROLE], to \"default\" "
                "for the cluster's own");
  }
  ServerAddress address = settings.address;
  if (settings.log_in) settings.log_in(address);
  auto connection = std::make_unique<libpq::Connection>(redshift::kServerKind, address);
  redshift::share_default_schema(*connection);

  redshift::LoadMeans means{.run_folder = redshift::run_folder(), .iam_role = settings.iam_role};
  if (settings.open_staging) means.area = settings.open_staging(redshift::area_folder(*connection));
  if (options.is_read_only) connection->execute("begin read only");
  means.threads = options.threads > 0 ? static_cast<size_t>(options.threads)
                                      : std::max(1u, std::thread::hardware_concurrency());
  auto warehouse = std::make_unique<redshift::RedshiftWarehouse>(std::move(connection), std::move(means));
  if (!options.is_read_only) warehouse->open_for_writing();
  return warehouse;
}

}  // namespace starlift
