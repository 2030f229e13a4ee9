#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/testing/faults.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Lets calls fail, and holds callers to the contract: no statement while a cursor is open.
class WatchedConnection {
 public:
  /// What happens to a table after rows were loaded into it, before anybody looks; may be empty.
  using AfterLoad = std::function<void(Transaction&, const TableName&)>;

  WatchedConnection(Faults& faults, AfterLoad after) : after_load(std::move(after)), faults_(faults) {}

  void pass(const std::string& call) { faults_.pass(call, ErrorKind::kWarehouse); }
  /// Also throws std::logic_error, which no caller handles, on a breach of the contract.
  void pass_statement(const std::string& call) {
    if (has_cursor) throw std::logic_error("a statement while a cursor is open: " + call);
    pass(call);
  }

  bool has_cursor = false;
  const AfterLoad after_load;

 private:
  Faults& faults_;
};

/// A cursor that may fail at every row.
class FaultyCursor : public Cursor {
 public:
  FaultyCursor(std::unique_ptr<Cursor> cursor, WatchedConnection& connection, std::string sql)
      : cursor_(std::move(cursor)), connection_(connection), sql_(std::move(sql)) {
    connection_.has_cursor = true;
  }
  ~FaultyCursor() override { connection_.has_cursor = false; }

  std::span<const ResultColumn> columns() const override { return cursor_->columns(); }
  bool next() override {
    connection_.pass("next row of " + sql_);
    return cursor_->next();
  }
  std::optional<std::string_view> text(size_t column) override { return cursor_->text(column); }
  std::optional<int64_t> integer(size_t column) override { return cursor_->integer(column); }

 private:
  std::unique_ptr<Cursor> cursor_;
  WatchedConnection& connection_;
  std::string sql_;
};

/// What sessions inside and outside a transaction share.
template <typename Base>
class FaultySession : public Base {
 public:
  FaultySession(Base& session, WatchedConnection& connection) : session_(session), connection_(connection) {}

  const Dialect& dialect() const override { return session_.dialect(); }
  void execute(std::string_view sql) override {
    connection_.pass_statement(std::string(sql));
    session_.execute(sql);
  }
  std::unique_ptr<Cursor> query(std::string_view sql) override {
    connection_.pass_statement(std::string(sql));
    return std::make_unique<FaultyCursor>(session_.query(sql), connection_, std::string(sql));
  }
  bool has_tables(std::span<const TableName> tables) override {
    connection_.pass_statement("has_tables " + to_string(tables.front()));
    return session_.has_tables(tables);
  }

 protected:
  Base& session_;
  WatchedConnection& connection_;
};

/// A transaction whose loads and commit may fail before anything was done, and after all of it was.
class FaultyTransaction : public FaultySession<Transaction> {
 public:
  FaultyTransaction(std::unique_ptr<Transaction> transaction, WatchedConnection& connection)
      : FaultySession(*transaction, connection), transaction_(std::move(transaction)) {}

  uint64_t load(const TableName& table, BatchSource& source) override {
    connection_.pass_statement("load of " + to_string(table));
    uint64_t rows = transaction_->load(table, source);
    if (connection_.after_load) connection_.after_load(*transaction_, table);
    connection_.pass("end of the load of " + to_string(table));
    return rows;
  }
  void commit() override {
    connection_.pass_statement("commit");
    transaction_->commit();
    connection_.pass("answer to the commit");
  }

 private:
  std::unique_ptr<Transaction> transaction_;
};

/// A warehouse whose calls fail when `Faults` says so. For tests.
class FaultyWarehouse : private WatchedConnection, public FaultySession<Warehouse> {
 public:
  /// `warehouse` and `faults` must outlive this.
  FaultyWarehouse(Warehouse& warehouse, Faults& faults, AfterLoad after = {})
      : WatchedConnection(faults, std::move(after)), FaultySession(warehouse, *this) {}

  std::string describe() const override { return session_.describe(); }
  std::unique_ptr<Transaction> begin() override {
    connection_.pass_statement("begin");
    return std::make_unique<FaultyTransaction>(session_.begin(), connection_);
  }
  void interrupt() noexcept override { session_.interrupt(); }
};

}  // namespace starlift
