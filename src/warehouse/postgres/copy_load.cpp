#include "warehouse/postgres/copy_load.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "warehouse/postgres/copy_format.h"

namespace starlift::postgres {

namespace {

/// A COPY under way. Ends it with an error, so that nothing of it is kept, unless `finish` was called.
class CopyStream {
 public:
  CopyStream(Connection& connection, const std::string& sql) : connection_(connection), sql_(sql) {
    Result result(PQexec(connection_.get(), sql.c_str()));
    if (PQresultStatus(result.get()) != PGRES_COPY_IN) throw connection_.failure(result.get(), sql_);
    send(kCopyHeader);
  }
  ~CopyStream() {
    if (is_finished_) return;
    PQputCopyEnd(connection_.get(), "starlift gave up");
    connection_.drain();
  }
  CopyStream(const CopyStream&) = delete;
  CopyStream& operator=(const CopyStream&) = delete;

  /// Thread-safe. Waits while the server is behind.
  void send(std::string_view bytes) {
    std::lock_guard lock(mutex_);
    if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
      throw connection_.failure(nullptr, sql_);
    }
  }

  /// Returns how many rows the server took.
  uint64_t finish() {
    send(kCopyTrailer);
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) throw connection_.failure(nullptr, sql_);
    is_finished_ = true;
    Result result(PQgetResult(connection_.get()));
    bool is_taken = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    auto failure = is_taken ? std::nullopt : std::optional(connection_.failure(result.get(), sql_));
    connection_.drain();
    if (failure) throw *failure;
    const char* tuples = PQcmdTuples(result.get());
    uint64_t rows = 0;
    std::from_chars(tuples, tuples + std::strlen(tuples), rows);
    return rows;
  }

 private:
  Connection& connection_;
  const std::string& sql_;
  std::mutex mutex_;
  bool is_finished_ = false;
};

/// The threads that read, and what the first of them that failed threw.
class Readers {
 public:
  Readers(BatchSource& source, CopyStream& stream) : source_(source), stream_(stream) {
    for (const auto& column : source.columns())
      types_.push_back(column.type);
  }

  /// Returns when all is read and sent. This thread is one of them.
  void run(size_t threads) {
    {
      std::vector<std::jthread> others;
      for (size_t i = 1; i < threads; ++i)
        others.emplace_back([this] { read(); });
      read();
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void read() noexcept {
    try {
      auto reader = source_.make_reader();
      ColumnBatch batch(types_);
      std::string bytes;
      while (!has_failed_ && reader->next(batch)) {
        bytes.clear();
        append_rows(batch, bytes);
        stream_.send(bytes);
      }
    } catch (...) {
      if (!has_failed_.exchange(true)) error_ = std::current_exception();
    }
  }

  BatchSource& source_;
  CopyStream& stream_;
  std::vector<ColumnType> types_;
  std::atomic<bool> has_failed_ = false;
  std::exception_ptr error_;
};

}  // namespace

uint64_t copy_load(Connection& connection, const std::string& sql, BatchSource& source, size_t threads) {
  CopyStream stream(connection, sql);
  Readers(source, stream).run(std::max<size_t>(1, std::min(threads, source.max_readers())));
  return stream.finish();
}

}  // namespace starlift::postgres
