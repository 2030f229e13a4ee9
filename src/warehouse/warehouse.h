#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "columns/batch_source.h"
#include "sql/dialect.h"
#include "warehouse/object_copy.h"
#include "warehouse/result_column.h"

namespace starlift {

/// The rows of an answer, read once from front to back, in memory that does not grow with them.
///
/// While one is open, its warehouse takes no other statement.
class Cursor {
 public:
  virtual ~Cursor() = default;

  virtual std::span<const ResultColumn> columns() const = 0;

  /// Steps to the next row. Returns false when there is none. Throws Error{kWarehouse}.
  virtual bool next() = 0;

  /// The cell as text, the same on every engine: true/false, shortest double that reads back,
  /// "2018-11-01 21:01:46.796". Null is nothing. Valid until `next`.
  virtual std::optional<std::string_view> text(size_t column) = 0;

  /// The cell of a number column as an integer; null is nothing.
  virtual std::optional<int64_t> integer(size_t column);
};

/// What can be asked inside and outside a transaction.
class Session {
 public:
  virtual ~Session() = default;

  virtual const Dialect& dialect() const = 0;

  /// Runs statements that answer nothing. Throws Error{kWarehouse} with the statement.
  virtual void execute(std::string_view sql) = 0;

  /// Runs one statement and returns its answer. Throws Error{kWarehouse} with the statement.
  virtual std::unique_ptr<Cursor> query(std::string_view sql) = 0;

  /// Returns the statement by which a transaction would load the rows of `source`, as far as it can be known
  /// before; `load_number` counts the loads of a transaction from 1. Empty when there would be none.
  virtual std::string load_sql(const TableName& table, const BatchSource& source, int64_t load_number) const {
    return dialect().bulk_load(table, source.columns(), load_number);
  }

  /// Returns true when the engine can read objects in S3 by itself: `Transaction::copy_objects`.
  virtual bool copies_objects() const { return false; }

  /// Returns the statement by which `copy_objects` would read them, as far as it can be known before;
  /// `load_number` as for load_sql.
  virtual std::string copy_objects_sql(const ObjectCopy& copy, int64_t load_number) const;

  /// Returns true when the target has all of these tables, which differ. Asks once.
  virtual bool has_tables(std::span<const TableName> tables) = 0;
  bool has_table(const TableName& table) { return has_tables({&table, 1}); }

  /// Returns the first cell of the answer as an integer; null and no row are nothing.
  std::optional<int64_t> query_integer(std::string_view sql);
};

/// One transaction. Commit as the last line; destruction without it rolls back.
class Transaction : public Session {
 public:
  /// Loads all rows of `source` into the columns of `table` that it names. Pulls from several
  /// threads when the engine and the source can. Rethrows what the source throws.
  /// Returns the number of rows.
  virtual uint64_t load(const TableName& table, BatchSource& source) = 0;

  /// Has the engine read objects by itself, where it `copies_objects`. Throws Error{kWarehouse}, also when
  /// more records than allowed cannot be read, Error{kMismatch} when what the engine tells of it does not add
  /// up.
  virtual CopiedObjects copy_objects(const ObjectCopy& copy);

  /// Hears that `table` was emptied and filled anew with so many rows, by statements that tell no count. An
  /// engine that plans by statistics may gather them, once that is committed.
  virtual void note_refilled(const TableName& /*table*/, uint64_t /*rows*/) {}

  /// Throws Error{kWarehouse}; then nothing was kept.
  virtual void commit() = 0;
};

/// How to open a target.
struct OpenOptions {
  bool is_read_only = false;
  /// What the whole process may take. The default leaves a gigabyte unbroken.
  uint64_t memory_bytes = 900 << 20;
  int threads = 0;  ///< 0: one per core
};

/// A connection to the target. Used from one thread at a time, `interrupt` excepted.
class Warehouse : public Session {
 public:
  /// Says where this is, for people: "orders.duckdb".
  virtual std::string describe() const = 0;

  /// Runs `statements` in a warehouse that was opened to read. When they throw, the session goes on as it was
  /// before them; where the engine has no savepoints, it then reads what is committed by now.
  virtual void attempt(const std::function<void()>& statements) { statements(); }

  /// Begins the one transaction that may be open at a time.
  virtual std::unique_ptr<Transaction> begin() = 0;

  /// Returns the statements by which one that is opened for writing keeps other writers out, as far as they
  /// come before its first transaction.
  virtual std::vector<std::string> open_sql() const { return {}; }

  /// Returns the statements by which it would `begin`.
  virtual std::vector<std::string> begin_sql() const { return {"begin transaction"}; }

  /// Gathers what the planner has to know of tables that committed transactions filled, where the engine does
  /// not do so by itself at once. Takes as long as that takes, in no transaction; what fails is left to the
  /// engine.
  virtual void gather_statistics() {}

  /// Stops the running statement, which then throws. Thread-safe.
  virtual void interrupt() noexcept = 0;
};

}  // namespace starlift
