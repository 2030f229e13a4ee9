#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "pipeline/events.h"

namespace starlift {

/// Counts that workers raise while a step runs. Thread-safe.
struct StepCounters {
  std::atomic<uint64_t> objects = 0;
  std::atomic<uint64_t> bytes = 0;
  std::atomic<uint64_t> records = 0;
  std::atomic<uint64_t> rejects = 0;
  std::atomic<uint64_t> rows = 0;
};

/// A step of a run: announces itself when made, tells its progress several times a second from a
/// thread of its own (the caller's sits in the database), and ends with `finish`.
class Step {
 public:
  Step(EventListener& listener, std::string name, uint64_t objects_total = 0, uint64_t bytes_total = 0);
  /// Ends silently when `finish` was not called: the step failed.
  ~Step();
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  StepCounters& counters() { return counters_; }
  double elapsed_s() const;
  void finish();

 private:
  void tell(Event::Kind kind);
  void stop_ticking();

  EventListener& listener_;
  std::string name_;
  uint64_t objects_total_;
  uint64_t bytes_total_;
  StepCounters counters_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cpu_start_s_;
  std::mutex mutex_;
  std::condition_variable wakeup_;
  bool is_stopping_ = false;
  std::thread ticker_;
};

}  // namespace starlift
