#include "pipeline/staging_bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

namespace starlift {

namespace {

/// Parts on their way are in memory.
constexpr size_t kUnderWayBytes = 64 << 20;

/// A request removes one object and takes some 30 ms.
constexpr size_t kRemovingThreads = 8;

}  // namespace

StagingBucket::StagingBucket(const Location& folder, StoreOpener open_store)
    : folder_(folder), open_store_(std::move(open_store)) {}

ObjectStore& StagingBucket::store() {
  std::lock_guard lock(mutex_);
  if (!store_) store_ = open_store_(folder_);
  return *store_;
}

std::string StagingBucket::url(std::string_view name) const {
  return fmt::format("{}/{}", to_string(folder_), name);
}

void StagingBucket::put(std::string_view name, std::string_view bytes) {
  bool is_much = false;
  {
    std::lock_guard lock(mutex_);
    under_way_bytes_ += bytes.size();
    is_much = under_way_bytes_ > kUnderWayBytes;
  }
  if (is_much) flush();
  store().put(name, bytes);
}

void StagingBucket::flush() {
  store().flush();
  std::lock_guard lock(mutex_);
  under_way_bytes_ = 0;
}

std::vector<std::string> StagingBucket::list() {
  const size_t folder_bytes = url("").size();
  std::vector<std::string> names;
  store().list([&](ObjectInfo&& object) { names.push_back(object.key.substr(folder_bytes)); });
  return names;
}

void StagingBucket::remove(const std::vector<std::string>& names) {
  ObjectStore& bucket = store();
  std::atomic<size_t> next = 0;
  std::atomic<bool> has_failed = false;
  std::exception_ptr error;
  auto work = [&] {
    try {
      for (size_t i = next++; i < names.size() && !has_failed; i = next++)
        bucket.remove(names[i]);
    } catch (...) {
      if (!has_failed.exchange(true)) error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < std::min(names.size(), kRemovingThreads); ++i)
      others.emplace_back(work);
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace starlift
