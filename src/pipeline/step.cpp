#include "pipeline/step.h"

#include "base/process.h"

namespace starlift {

namespace {
constexpr auto kTick = std::chrono::milliseconds(100);
}

Step::Step(EventListener& listener, std::string name, uint64_t objects_total, uint64_t bytes_total)
    : listener_(listener),
      name_(std::move(name)),
      objects_total_(objects_total),
      bytes_total_(bytes_total),
      cpu_start_s_(cpu_time_s()) {
  tell(Event::Kind::kStepStarted);
  ticker_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!wakeup_.wait_for(lock, kTick, [this] { return is_stopping_; }))
      tell(Event::Kind::kStepAdvanced);
  });
}

Step::~Step() {
  stop_ticking();
}

void Step::stop_ticking() {
  if (!ticker_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wakeup_.notify_one();
  ticker_.join();
}

double Step::elapsed_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Step::finish() {
  stop_ticking();
  tell(Event::Kind::kStepFinished);
}

void Step::tell(Event::Kind kind) {
  listener_.on_event({.kind = kind,
                      .text = name_,
                      .progress = {.objects = counters_.objects,
                                   .objects_total = objects_total_,
                                   .bytes = counters_.bytes,
                                   .bytes_total = bytes_total_,
                                   .records = counters_.records,
                                   .rejects = counters_.rejects,
                                   .rows = counters_.rows},
                      .elapsed_s = elapsed_s(),
                      .cpu_s = cpu_time_s() - cpu_start_s_});
}

}  // namespace starlift
