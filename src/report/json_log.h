#pragma once

#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>

#include "base/error.h"
#include "base/json_writer.h"
#include "pipeline/events.h"
#include "pipeline/summary.h"

namespace starlift {

/// Writes a run's events for programs: one JSON object per line, with time, level and run. docs/operations.md
/// lists the members. A step that lasts is told of every ten seconds. Thread-safe.
class JsonLog : public EventListener {
 public:
  JsonLog(std::FILE* out, bool is_quiet) : out_(out), is_quiet_(is_quiet) {}

  void on_event(const Event& event) override;

  /// What a command says beside its result.
  void say(const std::string& message);
  /// What a run did.
  void finish_run(const RunSummary& summary, int exit_code);
  /// Why a command ended.
  void fail(const Error& error, int exit_code);
  /// A check that failed, with its rows.
  void check_failed(const CheckResult& result, const char* level);

 private:
  /// Begins a line.
  JsonWriter line(const char* level, const char* event) const;
  void tell_step(const Event& event);
  void tell_unknown_fields(const DatasetSummary& dataset);
  void write(JsonWriter& json);

  std::FILE* out_;
  bool is_quiet_;
  std::mutex mutex_;
  double last_told_s_ = 0;
  std::atomic<int64_t> run_id_ = 0;
};

}  // namespace starlift
