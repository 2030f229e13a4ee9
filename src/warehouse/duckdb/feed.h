#pragma once

#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "columns/batch_source.h"
#include "warehouse/duckdb/handles.h"

namespace starlift::duckdb {

/// The table function `starlift_feed(id)`: rows of a BatchSource as a table, pulled by DuckDB's own
/// threads, so that decoding and writing overlap without a queue.
///
/// Register once per connection, before any transaction: a rollback would take it away.
class Feed {
 public:
  explicit Feed(duckdb_connection connection);

  /// A source on loan to the function for as long as this lives.
  class Loan {
   public:
    Loan(Feed& feed, BatchSource& source);
    ~Loan();
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    /// What the function is called with.
    int64_t number() const { return id_; }
    /// Rethrows what the source threw, if it did; DuckDB keeps only the message.
    void rethrow() const;

   private:
    Feed& feed_;
    int64_t id_;
  };

  /// What the callbacks share; lives as long as DuckDB may call them.
  struct Shared {
    struct Entry {
      BatchSource* source;
      std::exception_ptr error;
    };
    std::mutex mutex;
    std::map<int64_t, Entry> entries;
    int64_t next_id = 1;
  };

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace starlift::duckdb
