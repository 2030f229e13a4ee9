#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "storage/s3_bucket.h"

namespace starlift {

/// Whole objects on their way into a bucket, many at once. Thread-safe; made with make_shared.
class S3Puts : public std::enable_shared_from_this<S3Puts> {
 public:
  explicit S3Puts(std::shared_ptr<S3Bucket> bucket) : bucket_(std::move(bucket)) {}

  /// Waits while too many are under way. Throws what an earlier one failed with.
  void start(std::string key, std::string bytes);
  void wait_for_all();

 private:
  struct Lost {
    std::string key;
    HttpResponse response;
  };

  void wait_until_under_way(std::unique_lock<std::mutex>& lock, size_t count);

  const std::shared_ptr<S3Bucket> bucket_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable ended_;
  size_t under_way_ = 0;
  std::optional<Lost> lost_;
};

}  // namespace starlift
