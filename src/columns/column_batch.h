#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "columns/column_type.h"

namespace starlift {

/// A signed 128-bit integer: a decimal's digits without its point.
__extension__ typedef __int128 Int128;

/// Bytes of text that live until the next `clear`. Grows by blocks, which it keeps.
class TextArena {
 public:
  /// Copies `text` in and returns where it now lives.
  std::string_view add(std::string_view text) {
    char* place = allocate(text.size());
    if (!text.empty()) std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }
  /// Returns room for `size_bytes` bytes, not initialised.
  char* allocate(size_t size_bytes) {
    if (size_bytes >= room_bytes_) start_block(size_bytes);  // >=: even no bytes have an address
    char* place = next_;
    next_ += size_bytes;
    room_bytes_ -= size_bytes;
    used_bytes_ += size_bytes;
    return place;
  }
  void clear();
  size_t used_bytes() const { return used_bytes_; }

 private:
  struct Block {
    std::unique_ptr<char[]> data;
    size_t size_bytes;
  };
  void start_block(size_t size_bytes);

  std::vector<Block> blocks_;
  size_t next_block_ = 0;
  char* next_ = nullptr;   ///< where in the current block the next text goes
  size_t room_bytes_ = 0;  ///< left in the current block
  size_t used_bytes_ = 0;
};

/// The values of one column in a batch. Only the array that its type needs is allocated.
struct ColumnValues {
  ColumnType type;
  std::vector<uint8_t> is_valid;  ///< 1 = has a value, 0 = null
  /// smallint, integer, bigint; boolean as 0/1; date as days and timestamp as microseconds since 1970-01-01.
  std::vector<int64_t> integers;
  std::vector<double> doubles;
  std::vector<Int128> decimals;
  /// varchar; points into the batch's arena or into memory that outlives the batch's use.
  std::vector<std::string_view> texts;
};

/// Up to kCapacity rows, column by column: what decoding fills and a warehouse loads.
///
/// Write the values of row `rows()` into every column, then `commit_row()`; a row that is not
/// committed is simply written over. Not thread-safe; made once per thread and used again.
class ColumnBatch {
 public:
  static constexpr size_t kCapacity = 2048;
  /// A batch is full before kCapacity rows when its text reaches this, so that memory stays bounded.
  static constexpr size_t kTextBudgetBytes = 4 << 20;

  explicit ColumnBatch(std::span<const ColumnType> types);

  size_t rows() const { return rows_; }
  bool is_full() const { return rows_ == kCapacity || arena_.used_bytes() >= kTextBudgetBytes; }
  void commit_row() { ++rows_; }
  void clear() {
    rows_ = 0;
    arena_.clear();
  }

  size_t column_count() const { return columns_.size(); }
  const ColumnValues& column(size_t index) const { return columns_[index]; }
  TextArena& arena() { return arena_; }

  // Setters of the row being written.
  void set_null(size_t column) { columns_[column].is_valid[rows_] = 0; }
  void set_integer(size_t column, int64_t value) {
    columns_[column].is_valid[rows_] = 1;
    columns_[column].integers[rows_] = value;
  }
  void set_double(size_t column, double value) {
    columns_[column].is_valid[rows_] = 1;
    columns_[column].doubles[rows_] = value;
  }
  void set_decimal(size_t column, Int128 value) {
    columns_[column].is_valid[rows_] = 1;
    columns_[column].decimals[rows_] = value;
  }
  /// Keeps a copy of `text`.
  void set_text(size_t column, std::string_view text) { set_stable_text(column, arena_.add(text)); }
  /// Keeps only the view: the caller sees to it that `text` outlives the batch's use.
  void set_stable_text(size_t column, std::string_view text) {
    columns_[column].is_valid[rows_] = 1;
    columns_[column].texts[rows_] = text;
  }

 private:
  std::vector<ColumnValues> columns_;
  TextArena arena_;
  size_t rows_ = 0;
};

}  // namespace starlift
