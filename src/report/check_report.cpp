#include "report/check_report.h"

#include <fmt/format.h>

#include "report/result_writer.h"
#include "report/text_width.h"

namespace starlift {

namespace {

void print_failed(const CheckResult& result, std::FILE* out) {
  fmt::print(out, "FAILED  {}: {}\n\n", result.name, printable(result.says));
  if (result.error.empty()) {
    ShownTable::of(result.broken).write(ResultFormat::kTable, out);
  } else {
    fmt::print(out, "it could not be answered: {}\n", printable_lines(result.error));
  }
  if (result.broken.has_more_rows) fmt::print(out, "... and more\n");
  fmt::print(out, "\n");
}

}  // namespace

void print_checks(std::span<const CheckResult> results, std::FILE* out) {
  for (const auto& result : results) {
    if (result.passed()) {
      fmt::print(out, "ok      {}: {}\n", result.name, printable(result.says));
    } else {
      print_failed(result, out);
    }
  }
}

void print_failed_checks(std::span<const CheckResult> results, std::FILE* out) {
  for (const auto& result : results) {
    if (!result.passed()) print_failed(result, out);
  }
}

void write_check(JsonWriter& json, const CheckResult& result) {
  json.begin_object().member("check", result.name).member("says", result.says);
  json.member("holds", result.passed()).key("elapsed_s").fixed(result.elapsed_s, 3);
  ShownTable::of(result.broken).write(json.key("rows"));
  json.member("has_more_rows", result.broken.has_more_rows);
  json.member("error", result.error.empty() ? std::nullopt : std::optional(result.error)).end_object();
}

void write_checks(JsonWriter& json, std::span<const CheckResult> results) {
  json.begin_array();
  for (const auto& result : results)
    write_check(json, result);
  json.end_array();
}

}  // namespace starlift
