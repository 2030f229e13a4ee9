#pragma once

#include <functional>
#include <vector>

#include "columns/batch_source.h"

namespace starlift {

/// A batch source over rows that the program holds: `write(batch, i)` sets every column of row i.
class RowSource : public BatchSource {
 public:
  using WriteRow = std::function<void(ColumnBatch& batch, size_t row)>;

  RowSource(std::vector<Column> columns, size_t rows, WriteRow write);

  std::span<const Column> columns() const override { return columns_; }
  std::optional<uint64_t> max_rows() const override { return rows_; }
  std::unique_ptr<BatchReader> make_reader() override;

 private:
  class Reader;
  std::vector<Column> columns_;
  size_t rows_;
  WriteRow write_;
};

}  // namespace starlift
