#include "warehouse/postgres/copy_load.h"

#include <charconv>
#include <cstring>
#include <mutex>
#include <optional>

#include "warehouse/batch_pull.h"
#include "warehouse/postgres/copy_format.h"

namespace starlift::postgres {

namespace {

/// A COPY under way. Ends it with an error, so that nothing of it is kept, unless `finish` was called.
class CopyStream {
 public:
  CopyStream(libpq::Connection& connection, const std::string& sql) : connection_(connection), sql_(sql) {
    libpq::Result result(PQexec(connection_.get(), sql.c_str()));
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
    libpq::Result result(PQgetResult(connection_.get()));
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
  libpq::Connection& connection_;
  const std::string& sql_;
  std::mutex mutex_;
  bool is_finished_ = false;
};

}  // namespace

uint64_t copy_load(libpq::Connection& connection, const std::string& sql, BatchSource& source,
                   size_t threads) {
  CopyStream stream(connection, sql);
  pull_batches(source, threads, [&](const ColumnBatch& batch, std::string& bytes) {
    append_rows(batch, bytes);
    stream.send(bytes);
  });
  return stream.finish();
}

}  // namespace starlift::postgres
