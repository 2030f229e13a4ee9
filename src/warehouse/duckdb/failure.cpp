#include "warehouse/duckdb/failure.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "base/process.h"

namespace starlift::duckdb {

namespace {

constexpr std::string_view kDiskIsFull = "No space left on device";

/// Returns the message in the JSON that DuckDB's own exceptions carry; any other text as it is.
std::string plain_message(std::string_view text) {
  constexpr std::string_view kBefore = "\"exception_message\":\"";
  size_t begin = text.starts_with('{') ? text.find(kBefore) : text.npos;
  if (begin == text.npos) return std::string(text);
  std::string message;
  for (size_t i = begin + kBefore.size(); i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    message += text[i];
  }
  return message;
}

struct Holder {
  std::string program;
  int64_t process_id = 0;
};

/// Finds who holds the file in "... lock is held in /usr/bin/program (PID 123). ...".
std::optional<Holder> find_holder(std::string_view message) {
  constexpr std::string_view kBefore = "held in ", kBetween = " (PID ";
  size_t begin = message.find(kBefore);
  size_t end = message.find(kBetween, begin);
  if (begin == message.npos || end == message.npos) return std::nullopt;
  begin += kBefore.size();
  Holder holder{.program = std::string(message.substr(begin, end - begin))};
  const char* digits = message.data() + end + kBetween.size();
  auto [after, error] = std::from_chars(digits, message.data() + message.size(), holder.process_id);
  return error == std::errc() ? std::optional(holder) : std::nullopt;
}

bool is_out_of_memory(std::string_view message) {
  return message.find("Out of Memory") != message.npos || message.find("could not allocate") != message.npos;
}

}  // namespace

Error statement_failure(const char* message, const std::string& sql) {
  std::string text = message ? plain_message(message) : "DuckDB gave no reason";
  if (text.starts_with("INTERRUPT")) return Error(ErrorKind::kInterrupted, "interrupted");
  if (text.find(kDiskIsFull) != text.npos) {
    text += "; free some space on the disk of the database file, nothing was committed";
  } else if (is_out_of_memory(text)) {
    // What DuckDB advises is to set what starlift has flags for.
    text = text.substr(0, text.find("\n\nPossible solutions:"));
    text += "; give more with --memory, nothing was committed";
  } else if (text.find("NOT NULL constraint failed") != text.npos) {
    text += "; the SELECT gives rows without a value there: let it be null, or leave such rows out";
  }
  return Error(ErrorKind::kWarehouse, text).in_statement(sql);
}

Error open_failure(const char* message, const std::string& path) {
  std::string text = message ? message : "DuckDB gave no reason";
  if (auto holder = find_holder(text)) {
    auto start_us = process_start_us(holder->process_id);
    return Error(ErrorKind::kBusy,
                 fmt::format("{} is in use by {} (process {}{}); close it, or wait for it with etl --wait",
                             path, holder->program, holder->process_id,
                             start_us ? fmt::format(", running since {} UTC", format_time(*start_us)) : ""));
  }
  if (text.find("Could not set lock") != text.npos) {
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
  if (is_out_of_memory(text)) {
    return Error(ErrorKind::kUsage,
                 fmt::format("{} cannot be opened with so little memory; give more with --memory", path));
  }
  if (text.find("Cannot open file") != text.npos) {
    return Error(ErrorKind::kConfiguration,
                 fmt::format("cannot open {}: {}; is it a file in a folder that exists and can be written?",
                             path, text));
  }
  if (text.find(kDiskIsFull) != text.npos) text += "; free some space on its disk";
  return Error(ErrorKind::kWarehouse, fmt::format("cannot open {}: {}", path, text));
}

}  // namespace starlift::duckdb
