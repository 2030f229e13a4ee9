#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "columns/testing/show_row.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// A warehouse in memory that understands no SQL: it takes every statement, answers queries with what a test
/// laid down, and keeps the rows that loads brought, by table, from the commit of their transaction on.
///
/// Loads pull from several threads at once, as DuckDB's do, and all of it is code of ours: for
/// ThreadSanitizer, which does not see into libduckdb. For tests.
class FakeWarehouse : public Warehouse {
 public:
  using Rows = std::vector<std::string>;  ///< each as "7|abc|null"
  using Tables = std::map<std::string, Rows>;

  explicit FakeWarehouse(size_t load_threads) : load_threads_(load_threads) {}

  using FindAnswer = std::function<std::optional<int64_t>()>;

  /// Answers every query that begins with `start` with one row of one integer, or with none; others have no
  /// row.
  void answer(std::string start, FindAnswer find) { answers_.emplace(std::move(start), std::move(find)); }
  void answer(std::string start, int64_t integer) {
    answer(std::move(start), [integer] { return integer; });
  }

  /// The rows that were committed, in any order.
  const Rows& rows(const TableName& table) { return tables_[to_string(table)]; }

  const Dialect& dialect() const override { return Dialect::of(Engine::kDuckDb); }
  void execute(std::string_view) override {}
  std::unique_ptr<Cursor> query(std::string_view sql) override {
    std::optional<int64_t> found;
    for (const auto& [start, find] : answers_) {
      if (sql.starts_with(start)) found = find();
    }
    return std::make_unique<Answer>(found);
  }
  bool has_tables(std::span<const TableName>) override { return false; }
  std::string describe() const override { return "a fake"; }
  std::unique_ptr<Transaction> begin() override { return std::make_unique<FakeTransaction>(*this); }
  void interrupt() noexcept override {}

 private:
  class Answer : public Cursor {
   public:
    explicit Answer(std::optional<int64_t> integer) : integer_(integer) {}
    std::span<const ResultColumn> columns() const override { return {}; }
    bool next() override {
      if (!integer_) return false;
      text_ = std::to_string(*std::exchange(integer_, std::nullopt));
      return true;
    }
    std::optional<std::string_view> text(size_t) override { return text_; }

   private:
    std::optional<int64_t> integer_;
    std::string text_;
  };

  /// One load: its threads, and what they found.
  class Load {
   public:
    Load(BatchSource& source, Rows& rows) : source_(source), rows_(rows) {}

    void run(size_t count) {
      std::vector<std::thread> threads;
      for (size_t i = 0; i < count; ++i)
        threads.emplace_back([this] { pull(); });
      for (auto& thread : threads)
        thread.join();
      if (error_) std::rethrow_exception(error_);
    }

   private:
    void pull() {
      try {
        std::vector<ColumnType> types;
        for (const auto& column : source_.columns())
          types.push_back(column.type);
        ColumnBatch batch(types);
        for (auto reader = source_.make_reader(); reader->next(batch);)
          take(batch);
      } catch (...) {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
      }
    }
    void take(const ColumnBatch& batch) {
      std::lock_guard lock(mutex_);
      for (size_t row = 0; row < batch.rows(); ++row)
        rows_.push_back(show_row(batch, row));
    }

    BatchSource& source_;
    std::mutex mutex_;  ///< guards what follows
    Rows& rows_;
    std::exception_ptr error_;
  };

  class FakeTransaction : public Transaction {
   public:
    explicit FakeTransaction(FakeWarehouse& warehouse) : warehouse_(warehouse) {
      if (warehouse_.has_transaction_) throw std::logic_error("a transaction while another is open");
      warehouse_.has_transaction_ = true;
    }
    ~FakeTransaction() override { warehouse_.has_transaction_ = false; }

    const Dialect& dialect() const override { return warehouse_.dialect(); }
    void execute(std::string_view sql) override { warehouse_.execute(sql); }
    std::unique_ptr<Cursor> query(std::string_view sql) override { return warehouse_.query(sql); }
    bool has_tables(std::span<const TableName> tables) override { return warehouse_.has_tables(tables); }
    uint64_t load(const TableName& table, BatchSource& source) override {
      Rows& rows = tables_[to_string(table)];
      size_t rows_before = rows.size();
      Load(source, rows).run(source.max_readers() == 1 ? 1 : warehouse_.load_threads_);
      return rows.size() - rows_before;
    }
    void commit() override {
      for (auto& [table, rows] : tables_) {
        Rows& kept = warehouse_.tables_[table];
        kept.insert(kept.end(), rows.begin(), rows.end());
      }
      tables_.clear();
    }

   private:
    FakeWarehouse& warehouse_;
    Tables tables_;
  };

  size_t load_threads_;
  std::map<std::string, FindAnswer> answers_;
  Tables tables_;
  bool has_transaction_ = false;
};

}  // namespace starlift
