#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "columns/batch_source.h"
#include "json/record_reader.h"

namespace starlift {

/// Keeps a load's rejects in a temporary file until they can be written to their table: the
/// connection is busy while staging, and memory must not grow with bad input.
class RejectSpool {
 public:
  /// Thread-safe. Throws Error{kSource} when the temporary folder is full.
  void add(int64_t object_id, const Reject& reject);

  uint64_t size() const { return size_; }

  /// What the rows of one dataset share, and which objects' rejects to leave out.
  struct Labels {
    int64_t first_reject_id;
    int64_t run_id;
    std::string dataset;
    std::function<bool(int64_t object_id)> is_wanted;
  };

  /// The rejects as rows of starlift.rejects. Call once, when nothing is added any more; the spool
  /// must outlive the source.
  std::unique_ptr<BatchSource> rows(Labels labels);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::mutex mutex_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  uint64_t size_ = 0;
};

}  // namespace starlift
