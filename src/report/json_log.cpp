#include "report/json_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "report/check_report.h"

namespace starlift {

namespace {

constexpr double kIntervalS = 10;

/// "2018-11-01T21:01:46.796Z"
std::string now() {
  auto time = std::chrono::system_clock::now().time_since_epoch();
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

JsonWriter line(const char* level, const char* event) {
  JsonWriter json;
  json.begin_object().member("time", now()).member("level", level).member("event", event);
  return json;
}

void add_progress(JsonWriter& json, const Event& event) {
  const Progress& progress = event.progress;
  auto add = [&](const char* name, uint64_t count) {
    if (count > 0) json.member(name, count);
  };
  add("objects", progress.objects);
  add("objects_total", progress.objects_total);
  add("bytes", progress.bytes);
  add("bytes_total", progress.bytes_total);
  add("records", progress.records);
  add("rejects", progress.rejects);
  add("rows", progress.rows);
  json.key("elapsed_s").fixed(event.elapsed_s, 3);
}

const char* name_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kStepStarted:
      return "step_started";
    case Event::Kind::kStepAdvanced:
      return "step_advanced";
    case Event::Kind::kStepFinished:
      return "step_finished";
    case Event::Kind::kWarning:
      break;
  }
  return "warning";
}

}  // namespace

void JsonLog::on_event(const Event& event) {
  if (event.kind == Event::Kind::kWarning) {
    auto json = line("warning", name_of(event.kind));
    write(json.member("message", event.text));
    return;
  }
  if (is_quiet_) return;
  {
    std::lock_guard lock(mutex_);
    if (event.kind == Event::Kind::kStepStarted) last_told_s_ = 0;
    if (event.kind == Event::Kind::kStepAdvanced && event.elapsed_s - last_told_s_ < kIntervalS) return;
    last_told_s_ = event.elapsed_s;
  }
  auto json = line("info", name_of(event.kind));
  json.member("step", event.text);
  if (event.kind != Event::Kind::kStepStarted) add_progress(json, event);
  write(json);
}

void JsonLog::say(const std::string& message) {
  if (is_quiet_) return;
  auto json = line("info", "message");
  write(json.member("message", message));
}

void JsonLog::fail(const Error& error, int exit_code) {
  auto json = line("error", "failed");
  json.member("message", error.what()).member("exit_code", exit_code);
  if (!error.place().empty()) json.member("place", error.place());
  if (!error.statement().empty()) json.member("statement", error.statement());
  write(json);
}

void JsonLog::check_failed(const CheckResult& result) {
  auto json = line("error", "check_failed");
  write_check(json.key("check"), result);
  write(json);
}

void JsonLog::write(JsonWriter& json) {
  std::lock_guard lock(mutex_);
  fmt::print(out_, "{}\n", json.end_object().text());
  std::fflush(out_);
}

}  // namespace starlift
