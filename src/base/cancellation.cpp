#include "base/cancellation.h"

#include "base/error.h"

namespace starlift {

Cancellation::Hook::Hook(Cancellation& cancellation, std::function<void()> interrupt)
    : cancellation_(cancellation) {
  std::lock_guard lock(cancellation_.mutex_);
  position_ = cancellation_.hooks_.insert(cancellation_.hooks_.end(), std::move(interrupt));
  if (cancellation_.is_requested()) (*position_)();
}

Cancellation::Hook::~Hook() {
  std::lock_guard lock(cancellation_.mutex_);
  cancellation_.hooks_.erase(position_);
}

void Cancellation::request() {
  std::lock_guard lock(mutex_);
  is_requested_.store(true, std::memory_order_relaxed);
  for (auto& hook : hooks_)
    hook();
}

void Cancellation::check() const {
  if (is_requested()) throw Error(ErrorKind::kInterrupted, "interrupted");
}

}  // namespace starlift
