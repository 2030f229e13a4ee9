#pragma once

#include <cstdio>
#include <mutex>
#include <string>

#include "base/error.h"
#include "base/json_writer.h"
#include "pipeline/check_result.h"
#include "pipeline/events.h"

namespace starlift {

/// Writes a run's events for programs: one JSON object per line, with time and level. docs/operations.md
/// lists the members. A step that lasts is told of every ten seconds. Thread-safe.
class JsonLog : public EventListener {
 public:
  JsonLog(std::FILE* out, bool is_quiet) : out_(out), is_quiet_(is_quiet) {}

  void on_event(const Event& event) override;

  /// What a command says beside its result.
  void say(const std::string& message);
  /// Why a command ended.
  void fail(const Error& error, int exit_code);
  /// A check that failed, with its rows.
  void check_failed(const CheckResult& result);

 private:
  void write(JsonWriter& json);

  std::FILE* out_;
  bool is_quiet_;
  std::mutex mutex_;
  double last_told_s_ = 0;
};

}  // namespace starlift
