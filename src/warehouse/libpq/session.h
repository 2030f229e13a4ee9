#pragma once

#include <fmt/format.h>

#include <memory>
#include <span>
#include <string>

#include "warehouse/libpq/cursor.h"
#include "warehouse/warehouse.h"

namespace starlift::libpq {

/// The statements that sessions inside and outside a transaction share. The connection must outlive it.
template <typename Base>
class ConnectedSession : public Base {
 public:
  ConnectedSession(Connection& connection, const Dialect& dialect)
      : connection_(connection), dialect_(dialect) {}

  const Dialect& dialect() const override { return dialect_; }
  void execute(std::string_view sql) override { connection_.execute(sql); }
  std::unique_ptr<Cursor> query(std::string_view sql) override { return open_cursor(connection_, sql); }
  bool has_tables(std::span<const TableName> tables) override {
    std::string sql = "select count(*) from pg_catalog.pg_tables where ";
    for (const auto& table : tables) {
      sql += fmt::format("{}schemaname = {} and tablename = {}", &table == tables.data() ? "" : " or ",
                         table.schema.empty() ? "current_schema()" : dialect_.quote_literal(table.schema),
                         dialect_.quote_literal(table.name));
    }
    return this->query_integer(sql) == static_cast<int64_t>(tables.size());
  }

 protected:
  Connection& connection_;

 private:
  const Dialect& dialect_;
};

/// A transaction on that connection, which is in one already. Rolls back unless it was committed.
class ConnectedTransaction : public ConnectedSession<Transaction> {
 public:
  using ConnectedSession::ConnectedSession;
  ~ConnectedTransaction() override;
  ConnectedTransaction(const ConnectedTransaction&) = delete;
  ConnectedTransaction& operator=(const ConnectedTransaction&) = delete;

  void commit() override;

 protected:
  void roll_back() noexcept;

 private:
  bool is_finished_ = false;
};

}  // namespace starlift::libpq
