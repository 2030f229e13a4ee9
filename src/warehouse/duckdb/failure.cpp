#include "warehouse/duckdb/failure.h"

#include <fmt/format.h>

#include <regex>
#include <string_view>

#include "base/process.h"

namespace starlift::duckdb {

Error statement_failure(const char* message, const std::string& sql) {
  std::string text = message ? message : "DuckDB gave no reason";
  if (text.starts_with("INTERRUPT")) return Error(ErrorKind::kInterrupted, "interrupted");
  if (text.find("No space left on device") != text.npos) {
    text += "; free some space on the disk of the database file, nothing was committed";
  } else if (text.starts_with("Out of Memory")) {
    text += "; give more with --memory, nothing was committed";
  }
  return Error(ErrorKind::kWarehouse, text).in_statement(sql);
}

Error open_failure(const char* message, const std::string& path) {
  std::string text = message ? message : "DuckDB gave no reason";
  std::smatch holder;
  static const std::regex kHolder(R"(held in (.*?) \(PID (\d+)\))");
  if (std::regex_search(text, holder, kHolder)) {
    auto start_us = process_start_us(std::stoll(holder[2].str()));
    return Error(ErrorKind::kBusy,
                 fmt::format("{} is in use by {} (process {}{}); close it, or wait for it with etl --wait",
                             path, holder[1].str(), holder[2].str(),
                             start_us ? fmt::format(", running since {} UTC", format_time(*start_us)) : ""));
  }
  if (text.find("lock") != text.npos) {
    return Error(
        ErrorKind::kBusy,
        fmt::format("{} is in use by another process; close it, or wait for it with etl --wait", path));
  }
  if (text.find("not a valid DuckDB database file") != text.npos) {
    return Error(
        ErrorKind::kConfiguration,
        fmt::format("{} is not a DuckDB database; name another file with --database or [WAREHOUSE] PATH, "
                    "or move this one away",
                    path));
  }
  return Error(ErrorKind::kWarehouse, fmt::format("cannot open {}: {}", path, text));
}

}  // namespace starlift::duckdb
