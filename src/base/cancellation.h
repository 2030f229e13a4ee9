#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>

namespace starlift {

/// A request to stop (Ctrl-C), seen by every thread of a run.
///
/// Thread-safe. `request` may come from any thread, but not from a signal handler.
class Cancellation {
 public:
  /// Calls `interrupt` whenever a stop is requested, for as long as this lives. Frees a thread
  /// that waits inside a database or a socket.
  class Hook {
   public:
    Hook(Cancellation& cancellation, std::function<void()> interrupt);
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

   private:
    Cancellation& cancellation_;
    std::list<std::function<void()>>::iterator position_;
  };

  /// Again and again is well.
  void request();
  bool is_requested() const { return is_requested_.load(std::memory_order_relaxed); }

  /// Throws Error{kInterrupted} when a stop was requested.
  void check() const;

 private:
  std::atomic<bool> is_requested_ = false;
  std::mutex mutex_;
  std::list<std::function<void()>> hooks_;
};

}  // namespace starlift
