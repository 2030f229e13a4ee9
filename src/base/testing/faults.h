#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace starlift {

/// Makes one call of many fail, for tests that try every call in turn. Thread-safe.
///
/// Test doubles tell it of every call that can fail; it throws at the one whose turn it is.
class Faults {
 public:
  enum class Extent {
    kOneCall,
    kEveryCallAfter,  ///< as when a connection is lost
  };

  /// Counts the calls from 1 and makes the one with this number fail; none when it is 0.
  explicit Faults(size_t failing_call = 0, Extent extent = Extent::kOneCall)
      : failing_call_(failing_call), extent_(extent) {}

  /// Throws Error{kind} when it is this call's turn.
  void pass(const std::string& call, ErrorKind kind) {
    std::lock_guard lock(mutex_);
    ++calls_;
    bool fails =
        extent_ == Extent::kOneCall ? calls_ == failing_call_ : failing_call_ != 0 && calls_ >= failing_call_;
    if (!fails) return;
    if (errors_.empty()) failed_ = call;
    throw errors_.emplace_back(kind, fmt::format("{} failed on purpose", call));
  }

  size_t calls() const { return calls_; }

  /// The first call that failed; empty when none did.
  const std::string& failed() const { return failed_; }

  /// Whether the error tells of a call that failed here. Of several threads any may be the one that is heard.
  bool caused(const Error& error) const {
    return std::any_of(errors_.begin(), errors_.end(), [&](const Error& ours) {
      return ours.kind() == error.kind() &&
             std::string_view(error.what()).find(ours.what()) != std::string_view::npos;
    });
  }

 private:
  std::mutex mutex_;
  size_t failing_call_;
  Extent extent_;
  size_t calls_ = 0;
  std::string failed_;
  std::vector<Error> errors_;
};

}  // namespace starlift
