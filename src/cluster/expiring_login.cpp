#include "cluster/expiring_login.h"

#include <utility>

#include "base/iso_time.h"

namespace starlift {

namespace {

/// Of the fifteen minutes that a login holds. Clocks differ, and a connection may take its time.
constexpr int64_t kRenewBeforeUs = 300'000'000;

}  // namespace

ExpiringLogin::ExpiringLogin(Fetch fetch, Clock clock) : fetch_(std::move(fetch)), clock_(std::move(clock)) {}

TemporaryLogin ExpiringLogin::get() {
  std::lock_guard lock(mutex_);
  if (!holds()) login_ = fetch_();
  return *login_;
}

bool ExpiringLogin::holds() const {
  auto expires_us = login_ ? parse_iso_timestamp(login_->expires) : std::nullopt;
  return expires_us && clock_() < *expires_us - kRenewBeforeUs;
}

}  // namespace starlift
