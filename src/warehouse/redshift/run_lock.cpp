#include "warehouse/redshift/run_lock.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "warehouse/libpq/cursor.h"

namespace starlift::redshift {

namespace {

constexpr const char* kMakeSchema = R"(create schema if not exists "starlift")";
constexpr const char* kMakeTable =
    R"(create table if not exists "starlift"."run_lock" ("turn" bigint not null))";

constexpr const char* kBegin = "begin";
constexpr const char* kLock = R"(lock "starlift"."run_lock")";
constexpr const char* kMakeRow = R"(insert into "starlift"."run_lock" ("turn")
select 0 where not exists (select 1 from "starlift"."run_lock"))";
constexpr const char* kMark = R"(update "starlift"."run_lock" set "turn" = "turn" + 1)";

/// A run notes itself in the ledger, and commits that, before it does its work.
constexpr const char* kFindHolder =
    R"(select "run_id", "started_at" from "starlift"."runs" where "state" = 'running' order by 1 desc limit 1)";

constexpr auto kGrace = std::chrono::seconds(3);

/// How often a transaction is begun anew that another one overtook.
constexpr int kTries = 5;

void roll_back(libpq::Connection& connection) {
  if (PQstatus(connection.get()) == CONNECTION_OK) connection.execute("rollback");
}

std::string describe_holder(libpq::Connection& connection) {
  try {
    auto cursor = libpq::open_cursor(connection, kFindHolder);
    if (!cursor->next()) return "";
    std::string run(cursor->text(0).value_or(""));
    return fmt::format(" (run {}, begun {} UTC)", run, cursor->text(1).value_or(""));
  } catch (const Error&) {
    return "";  // the ledger is not there yet
  }
}

/// Locks the table and writes to its row. Returns false when another session has it locked. Throws Error with
/// SQLSTATE 40001 when the transaction sees the time before somebody else wrote there.
bool lock_and_mark(libpq::Connection& connection) {
  if (!connection.execute_within(kLock, kGrace)) return false;
  connection.execute(kMakeRow);
  connection.execute(kMark);
  return true;
}

/// Of two sessions that make the same at the same time one has a conflict, and finds it made when it tries
/// again.
void make(libpq::Connection& connection, const char* sql) {
  try {
    connection.execute(sql);
  } catch (const Error&) {
    if (PQstatus(connection.get()) != CONNECTION_OK) throw;
    connection.execute(sql);
  }
}

}  // namespace

void make_lock_table(libpq::Connection& connection) {
  make(connection, kMakeSchema);
  make(connection, kMakeTable);
}

void begin_locked(libpq::Connection& connection) {
  bool is_held = false;
  for (int attempt = 0; attempt < kTries && !is_held; ++attempt) {
    connection.execute(kBegin);
    try {
      if (lock_and_mark(connection)) return;
      is_held = true;
    } catch (const Error& error) {
      roll_back(connection);
      if (error.sqlstate() != "40001") throw;
      continue;
    }
    roll_back(connection);
  }
  throw Error(ErrorKind::kBusy,
              fmt::format("{} is being written by another run{}; wait for it with etl --wait",
                          connection.description(), describe_holder(connection)));
}

std::vector<std::string> lock_table_statements() {
  return {kMakeSchema, kMakeTable};
}

std::vector<std::string> begin_locked_statements() {
  return {kBegin, kLock, kMakeRow, kMark};
}

}  // namespace starlift::redshift
