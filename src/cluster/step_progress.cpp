#include "cluster/step_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/error.h"

namespace starlift {

namespace {
constexpr auto kCancellationInterval = std::chrono::milliseconds(100);
}

void StepProgress::begin(const ClusterStep& step) {
  if (step.text == text_) return;
  finish();
  text_ = step.text;
  step_began_ = Clock::now();
  tell(Event::Kind::kStepStarted);
}

void StepProgress::finish() {
  if (text_.empty()) return;
  tell(Event::Kind::kStepFinished);
  text_.clear();
}

void StepProgress::wait() {
  if (Clock::now() - began_ > patience_.at_most) {
    throw Error(ErrorKind::kBusy,
                fmt::format("AWS is still busy after {} minutes: {}; run the command again to go on waiting",
                            patience_.at_most.count(), text_));
  }
  auto until = Clock::now() + patience_.poll;
  while (Clock::now() < until) {
    if (cancellation_) cancellation_->check();
    if (!text_.empty()) tell(Event::Kind::kStepAdvanced);
    std::this_thread::sleep_for(std::min<Clock::duration>(kCancellationInterval, until - Clock::now()));
  }
}

void StepProgress::tell(Event::Kind kind) {
  double elapsed_s = std::chrono::duration<double>(Clock::now() - step_began_).count();
  listener_.on_event({.kind = kind, .text = text_, .progress = {}, .elapsed_s = elapsed_s});
}

}  // namespace starlift
