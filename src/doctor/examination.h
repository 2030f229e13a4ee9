#pragma once

#include <functional>
#include <string>
#include <vector>

namespace starlift {

/// What one check found.
struct Finding {
  enum class State { kFine, kFailed, kSkipped };
  std::string check;  ///< "source events"
  State state = State::kFine;
  std::string text;  ///< what was seen; for a failure what to do; never a secret

  bool operator==(const Finding&) const = default;
};

/// Thrown by a check that cannot be made here; `what()` says why.
class Skipped : public std::exception {
 public:
  explicit Skipped(std::string reason) : reason_(std::move(reason)) {}
  const char* what() const noexcept override { return reason_.c_str(); }

 private:
  std::string reason_;
};

/// The checks of one examination, in order. Later ones are made although an earlier one failed, unless they
/// need it.
class Examination {
 public:
  using Listener = std::function<void(const Finding&)>;
  /// `listener` (may be empty) hears each finding at once.
  explicit Examination(Listener listener) : listener_(std::move(listener)) {}

  /// Makes a check that returns what it saw, and throws when something is wrong. Returns whether all is well.
  /// What another process holds (Error{kBusy}) is skipped, for nothing is wrong. Rethrows
  /// Error{kInterrupted}.
  bool check(const std::string& name, const std::function<std::string()>& look);
  void skip(const std::string& name, const std::string& reason);

  const std::vector<Finding>& findings() const { return findings_; }
  bool is_healthy() const;

 private:
  void add(Finding finding);

  Listener listener_;
  std::vector<Finding> findings_;
};

}  // namespace starlift
