#include "columns/row_source.h"

#include <utility>

namespace starlift {

class RowSource::Reader : public BatchReader {
 public:
  explicit Reader(const RowSource& source) : source_(source) {}

  bool next(ColumnBatch& batch) override {
    batch.clear();
    for (; row_ < source_.rows_ && !batch.is_full(); ++row_) {
      source_.write_(batch, row_);
      batch.commit_row();
    }
    return batch.rows() > 0;
  }

 private:
  const RowSource& source_;
  size_t row_ = 0;
};

RowSource::RowSource(std::vector<Column> columns, size_t rows, WriteRow write)
    : columns_(std::move(columns)), rows_(rows), write_(std::move(write)) {}

std::unique_ptr<BatchReader> RowSource::make_reader() {
  return std::make_unique<Reader>(*this);
}

}  // namespace starlift
