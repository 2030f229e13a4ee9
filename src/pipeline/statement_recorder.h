#pragma once

#include <string>
#include <vector>

#include "warehouse/warehouse.h"

namespace starlift {

/// A transaction that is only rehearsed: it keeps what it is told to execute, and answers questions from a
/// session that is not changed. So a dry run shows what the very code of a run would do.
class StatementRecorder : public Transaction {
 public:
  /// The session must outlive this.
  explicit StatementRecorder(Session& session) : session_(session) {}

  const Dialect& dialect() const override { return session_.dialect(); }
  void execute(std::string_view sql) override;
  std::unique_ptr<Cursor> query(std::string_view sql) override { return session_.query(sql); }
  bool has_tables(std::span<const TableName> tables) override { return session_.has_tables(tables); }
  /// Reads nothing from the source.
  uint64_t load(const TableName& table, BatchSource& source) override;
  /// Copies nothing.
  CopiedObjects copy_objects(const ObjectCopy& copy) override;
  void commit() override { execute("commit"); }

  /// Puts a comment before the next statement.
  void remark(const std::string& text) { remark_ += "-- " + text + "\n"; }

  const std::vector<std::string>& statements() const { return statements_; }

 private:
  Session& session_;
  std::vector<std::string> statements_;
  std::string remark_;
  int64_t loads_ = 0;
};

}  // namespace starlift
