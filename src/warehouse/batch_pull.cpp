#include "warehouse/batch_pull.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace starlift {

namespace {

/// The threads that read, and what the first of them that failed threw.
class Readers {
 public:
  Readers(BatchSource& source, const TakeBatch& take) : source_(source), take_(take) {
    for (const auto& column : source.columns())
      types_.push_back(column.type);
  }

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
      std::string text;
      while (!has_failed_ && reader->next(batch)) {
        text.clear();
        take_(batch, text);
      }
    } catch (...) {
      if (!has_failed_.exchange(true)) error_ = std::current_exception();
    }
  }

  BatchSource& source_;
  const TakeBatch& take_;
  std::vector<ColumnType> types_;
  std::atomic<bool> has_failed_ = false;
  std::exception_ptr error_;
};

}  // namespace

void pull_batches(BatchSource& source, size_t threads, const TakeBatch& take) {
  Readers(source, take).run(std::max<size_t>(1, std::min(threads, source.max_readers())));
}

}  // namespace starlift
