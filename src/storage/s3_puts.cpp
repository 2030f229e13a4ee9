#include "storage/s3_puts.h"

#include <utility>

namespace starlift {

namespace {
constexpr size_t kMaxUnderWay = 64;
}

void S3Puts::start(std::string key, std::string bytes) {
  std::unique_lock lock(mutex_);
  wait_until_under_way(lock, kMaxUnderWay - 1);
  ++under_way_;
  S3Request request{.method = "PUT", .key = key, .body = std::move(bytes)};
  bucket_->start(std::move(request), {},
                 [self = shared_from_this(), key = std::move(key)](HttpResponse&& response) {
                   std::lock_guard relock(self->mutex_);
                   --self->under_way_;
                   if (!response.is_success() && !self->lost_) self->lost_ = {key, std::move(response)};
                   self->ended_.notify_all();
                 });
}

void S3Puts::wait_for_all() {
  std::unique_lock lock(mutex_);
  wait_until_under_way(lock, 0);
}

void S3Puts::wait_until_under_way(std::unique_lock<std::mutex>& lock, size_t count) {
  bucket_->access().wait(lock, ended_, [&] { return under_way_ <= count || lost_; });
  if (lost_) bucket_->fail("write", lost_->key, lost_->response);
}

}  // namespace starlift
