#include "warehouse/redshift/load_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <thread>

#include "warehouse/libpq/cursor.h"
#include "warehouse/warehouse.h"

namespace starlift::redshift {

namespace {

/// How long the views may take to tell of a COPY that has ended. Few tries are for what they may never tell:
/// why one failed, or all the lines of one that had errors.
constexpr auto kPause = std::chrono::milliseconds(500);
constexpr int kTries = 20;
constexpr int kFewTries = 6;

bool has_view(libpq::Connection& connection, const char* name) {
  try {
    connection.execute(fmt::format("select 1 from {} where 1 = 0", name));
    return true;
  } catch (const Error&) {
    if (PQstatus(connection.get()) != CONNECTION_OK) throw;
    return false;
  }
}

std::optional<int64_t> query_integer(libpq::Connection& connection, const std::string& sql) {
  auto cursor = libpq::open_cursor(connection, sql);
  return cursor->next() ? cursor->integer(0) : std::nullopt;
}

std::map<std::string, uint64_t> read_lines(libpq::Connection& connection, const std::string& query_id) {
  std::map<std::string, uint64_t> lines;
  auto cursor = libpq::open_cursor(
      connection, "select trim(file_name), lines_scanned from sys_load_detail where query_id = " + query_id);
  while (cursor->next()) {
    if (auto file = cursor->text(0))
      lines[std::string(*file)] += static_cast<uint64_t>(cursor->integer(1).value_or(0));
  }
  return lines;
}

uint64_t sum_of_lines(const LoadViews::Told& told) {
  uint64_t sum = 0;
  for (const auto& [file, lines] : told.lines)
    sum += lines;
  return sum;
}

}  // namespace

uint64_t last_copy_count(libpq::Connection& connection) {
  return static_cast<uint64_t>(query_integer(connection, "select pg_last_copy_count()").value_or(0));
}

// https://docs.aws.amazon.com/redshift/latest/dg/tutorial-loading-run-copy.html has these texts:
// "Load into table 'customer' completed, 7 record(s) could not be loaded.  Check 'stl_load_errors' ..."
uint64_t records_not_loaded(std::span<const std::string> notices) {
  constexpr std::string_view kBefore = "completed, ", kAfter = " record(s) could not be loaded";
  uint64_t sum = 0;
  for (std::string_view notice : notices) {
    size_t end = notice.find(kAfter);
    if (end == notice.npos) continue;
    size_t begin = notice.rfind(kBefore, end);
    uint64_t count = 0;
    if (begin != notice.npos)
      std::from_chars(notice.data() + begin + kBefore.size(), notice.data() + end, count);
    sum += count;
  }
  return sum;
}

bool is_about_load_errors(const Error& error) {
  std::string_view text = error.what();
  return error.kind() == ErrorKind::kWarehouse &&
         (text.find("stl_load_errors") != text.npos || text.find("sys_load_error_detail") != text.npos);
}

void LoadViews::find(libpq::Connection& connection) {
  has_error_detail_ = has_view(connection, "sys_load_error_detail");
  has_history_ = has_view(connection, "sys_load_history");
  has_detail_ = has_view(connection, "sys_load_detail");
}

// https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_HISTORY.html
// https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_DETAIL.html
LoadViews::Told LoadViews::ask(libpq::Connection& connection, uint64_t rows, uint64_t not_loaded) const {
  std::string query_id = fmt::to_string(query_integer(connection, "select pg_last_copy_id()").value_or(-1));
  Told told;
  if (!has_history_ && has_detail_) told.lines = read_lines(connection, query_id);
  if (!has_history_) return told;
  std::optional<int64_t> error_count;
  int tries_for_lines = kFewTries;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(kPause);
    error_count =
        query_integer(connection, "select error_count from sys_load_history where query_id = " + query_id +
                                      " and status = 'completed'");
    if (!error_count) continue;
    told = {.error_count = static_cast<uint64_t>(*error_count), .errors = {}, .lines = {}};
    if (told.error_count > 0) told.errors = read_errors(connection, query_id, "");
    if (has_detail_) told.lines = read_lines(connection, query_id);
    // Where there are errors the lines are reconciled, so that a part of them would be too few.
    bool has_errors = told.errors.size() == told.error_count && told.error_count >= not_loaded;
    bool are_all_wanted = told.error_count > 0 && tries_for_lines > 0;
    bool are_all_there = sum_of_lines(told) >= rows + told.error_count;
    bool has_lines = !has_detail_ || (are_all_wanted ? are_all_there : !told.lines.empty());
    if (has_errors && has_lines) return told;
    if (has_errors) --tries_for_lines;
  }
  if (!error_count) {
    throw Error(
        ErrorKind::kMismatch,
        fmt::format("the cluster's SYS_LOAD_HISTORY does not tell of the COPY (query {}), so what it left "
                    "out is not known; nothing was committed",
                    query_id));
  }
  uint64_t expected = std::max(told.error_count, not_loaded);
  if (told.errors.size() == expected) return told;
  throw Error(ErrorKind::kMismatch,
              fmt::format("the cluster counted {} errors of the COPY (query {}) and tells of {}; nothing was "
                          "committed",
                          expected, query_id, told.errors.size()));
}

// https://docs.aws.amazon.com/redshift/latest/dg/SYS_LOAD_ERROR_DETAIL.html
// https://docs.aws.amazon.com/redshift/latest/dg/r_STL_LOAD_ERRORS.html
std::vector<LoadError> LoadViews::read_errors(libpq::Connection& connection, const std::string& query_id,
                                              const std::string& rest) const {
  const char* select = has_error_detail_
                           ? "select trim(file_name), line_number, trim(column_name), trim(error_message)\n"
                             "from sys_load_error_detail\nwhere query_id = "
                           : "select trim(filename), line_number, trim(colname), trim(err_reason)\n"
                             "from stl_load_errors\nwhere query = ";
  auto cursor = libpq::open_cursor(connection, select + query_id + "\norder by 1, 2" + rest);
  std::vector<LoadError> errors;
  while (cursor->next()) {
    auto text = [&](size_t column) { return std::string(cursor->text(column).value_or("")); };
    errors.push_back(
        {.file = text(0), .line = cursor->integer(1).value_or(0), .column = text(2), .reason = text(3)});
  }
  return errors;
}

Error LoadViews::explain(const Error& error, libpq::Connection& connection) const {
  std::string reason;
  try {
    std::vector<LoadError> errors;
    for (int attempt = 0; attempt < kFewTries && errors.empty(); ++attempt) {
      if (attempt > 0) std::this_thread::sleep_for(kPause);
      errors = read_errors(connection, "pg_last_copy_id()", " limit 1");
    }
    if (!errors.empty()) {
      const LoadError& first = errors.front();
      reason = fmt::format(": {}, line {}, column {}: {}", first.file, first.line,
                           first.column.empty() ? "?" : first.column, first.reason);
    }
  } catch (const Error&) {
    // What the cluster said first is what there is.
  }
  return Error(error.kind(), error.what() + reason).in_statement(error.statement(), error.sqlstate());
}

}  // namespace starlift::redshift
