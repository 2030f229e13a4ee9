#include "report/json_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/process.h"
#include "report/check_report.h"

namespace starlift {

namespace {

constexpr double kIntervalS = 10;

/// "2018-11-01T21:01:46.796Z"
std::string now() {
  int64_t time_us = now_us();
  std::string text = format_time(time_us);
  text[text.find(' ')] = 'T';
  return fmt::format("{}.{:03}Z", text, time_us / 1000 % 1000);
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
    case Event::Kind::kRunBegun:
      return "run_started";
    case Event::Kind::kCheckFailed:
      return "check_failed";
    case Event::Kind::kWarning:
      break;
  }
  return "warning";
}

}  // namespace

void JsonLog::on_event(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kWarning: {
      auto json = line("warning", name_of(event.kind));
      write(json.member("message", event.text));
      return;
    }
    case Event::Kind::kCheckFailed:
      check_failed(*event.check, "warning");
      return;
    case Event::Kind::kRunBegun:
      run_id_ = event.run_id;
      if (!is_quiet_) {
        auto json = line("info", name_of(event.kind));
        write(json);
      }
      return;
    default:
      if (!is_quiet_) tell_step(event);
  }
}

void JsonLog::tell_step(const Event& event) {
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

void JsonLog::finish_run(const RunSummary& summary, int exit_code) {
  if (is_quiet_) return;
  uint64_t objects = 0;
  DatasetSummary all;
  for (const auto& dataset : summary.datasets) {
    objects += dataset.objects_new + dataset.objects_changed + dataset.objects_reread -
               dataset.objects_postponed - dataset.objects_unreadable;
    all.objects_unreadable += dataset.objects_unreadable;
    all.bytes += dataset.bytes;
    all.records += dataset.records;
    all.rejected += dataset.rejected;
    tell_unknown_fields(dataset);
  }
  auto failed = std::count_if(summary.checks.results.begin(), summary.checks.results.end(),
                              [](const CheckResult& result) { return !result.passed(); });
  auto json = line("info", "run_finished");
  json.member("objects", objects).member("objects_unreadable", all.objects_unreadable);
  json.member("bytes", all.bytes).member("records", all.records).member("rejects", all.rejected);
  json.member("checks_failed", failed).key("elapsed_s").fixed(summary.elapsed_s, 3);
  json.member("exit_code", exit_code);
  write(json);
}

void JsonLog::tell_unknown_fields(const DatasetSummary& dataset) {
  for (const auto& [path, field] : dataset.unknown_fields) {
    auto json = line("info", "unknown_field");
    json.member("dataset", dataset.name).member("field", path);
    json.member("count", field.count).member("place", field.first_place);
    write(json);
  }
}

void JsonLog::fail(const Error& error, int exit_code) {
  auto json = line("error", "failed");
  json.member("message", error.what()).member("exit_code", exit_code);
  if (!error.place().empty()) json.member("place", error.place());
  if (!error.statement().empty()) json.member("statement", error.statement());
  write(json);
}

void JsonLog::check_failed(const CheckResult& result, const char* level) {
  auto json = line(level, name_of(Event::Kind::kCheckFailed));
  write_check(json.key("check"), result);
  write(json);
}

JsonWriter JsonLog::line(const char* level, const char* event) const {
  JsonWriter json;
  json.begin_object().member("time", now()).member("level", level).member("event", event);
  if (run_id_ != 0) json.member("run", run_id_.load());
  return json;
}

void JsonLog::write(JsonWriter& json) {
  std::lock_guard lock(mutex_);
  fmt::print(out_, "{}\n", json.end_object().text());
  std::fflush(out_);
}

}  // namespace starlift
