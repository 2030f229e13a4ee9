#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "columns/column_batch.h"

namespace starlift {

/// Fills batches for one thread.
class BatchReader {
 public:
  virtual ~BatchReader() = default;

  /// Clears `batch` and fills it. Returns false when nothing is left; then the batch is empty.
  /// Throws Error when the load cannot go on.
  virtual bool next(ColumnBatch& batch) = 0;
};

/// Rows on their way into a table. The warehouse pulls: it asks for as many readers as it has
/// threads and calls each from one thread, so decoding runs where the engine writes.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  /// The columns of every batch, in order.
  virtual std::span<const Column> columns() const = 0;

  /// The most rows that it can give; nothing when that is not known before they are read.
  virtual std::optional<uint64_t> max_rows() const { return std::nullopt; }

  /// How many threads can be kept busy.
  virtual size_t max_readers() const { return 1; }

  /// Thread-safe.
  virtual std::unique_ptr<BatchReader> make_reader() = 0;
};

}  // namespace starlift
