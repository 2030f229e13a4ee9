#pragma once

#include <chrono>
#include <string>

#include "cluster/cluster_account.h"
#include "pipeline/events.h"

namespace starlift {

/// Tells the steps of one run as events, and waits between looks. Steps that go on are one step.
class StepProgress {
 public:
  StepProgress(const ClusterPatience& patience, const Cancellation* cancellation, EventListener& listener)
      : patience_(patience), cancellation_(cancellation), listener_(listener) {}

  void begin(const ClusterStep& step);
  void finish();

  /// Waits until it is time to look again; tells nothing before a step has begun. Throws Error{kInterrupted},
  /// and Error{kBusy} when patience is at its end.
  void wait();

 private:
  using Clock = std::chrono::steady_clock;
  void tell(Event::Kind kind);

  const ClusterPatience& patience_;
  const Cancellation* const cancellation_;
  EventListener& listener_;
  std::string text_;  ///< of the step under way; empty: none
  Clock::time_point step_began_;
  const Clock::time_point began_ = Clock::now();
};

}  // namespace starlift
