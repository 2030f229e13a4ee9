#include "report/check_report.h"

#include <fmt/format.h>

#include "report/result_writer.h"
#include "report/text_width.h"

namespace starlift {

namespace {

ShownTable broken_rows(const CheckResult& result) {
  ShownTable table;
  for (const auto& column : result.columns)
    table.columns.push_back(shown_column(column));
  table.rows = result.rows;
  return table;
}

void print_failed(const CheckResult& result, std::FILE* out) {
  fmt::print(out, "FAILED  {}: {}\n\n", result.name, printable(result.says));
  broken_rows(result).write(ResultFormat::kTable, out);
  if (result.has_more_rows) fmt::print(out, "... and more\n");
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
  broken_rows(result).write(json.key("rows"));
  json.member("has_more_rows", result.has_more_rows).end_object();
}

void write_checks(JsonWriter& json, std::span<const CheckResult> results) {
  json.begin_array();
  for (const auto& result : results)
    write_check(json, result);
  json.end_array();
}

}  // namespace starlift
