#include "warehouse/postgres/run_lock.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/error.h"
#include "warehouse/libpq/cursor.h"

namespace starlift::postgres {

namespace {

/// The lock's name is "starlift" in ASCII.
constexpr uint64_t kLock = 0x737461726c696674;

constexpr auto kGrace = std::chrono::seconds(3);
constexpr auto kRetryInterval = std::chrono::milliseconds(100);

/// Makes the server notice within seconds that this process was killed in the middle of a statement, and
/// within two minutes that its machine is gone. Not every system can do the first.
constexpr const char* kWatchClient[] = {
    "set client_connection_check_interval to '1s'",
    "set tcp_keepalives_idle to 60",
    "set tcp_keepalives_interval to 10",
    "set tcp_keepalives_count to 6",
};

bool try_lock(libpq::Connection& connection) {
  auto cursor = libpq::open_cursor(connection, run_lock_statement());
  return cursor->next() && cursor->text(0) == "true";
}

/// Says who holds it: the application's name where this user may see it.
std::string holder(libpq::Connection& connection) {
  auto cursor = libpq::open_cursor(
      connection,
      fmt::format(
          R"(select coalesce(nullif(a.application_name, ''), 'session ' || a.pid || ' of ' || a.usename),
    to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.classid = {} and l.objid = {}
    and l.database = (select oid from pg_database where datname = current_database()))",
          kLock >> 32, kLock & 0xffffffff));
  if (!cursor->next()) return "another run";
  std::string name(cursor->text(0).value_or("another session"));
  auto since = cursor->text(1);
  return since ? fmt::format("{}, connected since {} UTC", name, *since) : name;
}

}  // namespace

std::string run_lock_statement() {
  return fmt::format("select pg_try_advisory_lock({})", kLock);
}

void take_run_lock(libpq::Connection& connection) {
  for (const char* setting : kWatchClient) {
    try {
      connection.execute(setting);
    } catch (const Error&) {
      if (PQstatus(connection.get()) != CONNECTION_OK) throw;
    }
  }
  auto give_up_at = std::chrono::steady_clock::now() + kGrace;
  while (!try_lock(connection)) {
    if (std::chrono::steady_clock::now() >= give_up_at) {
      throw Error(ErrorKind::kBusy, fmt::format("{} is in use by {}; wait for it with etl --wait",
                                                connection.description(), holder(connection)));
    }
    std::this_thread::sleep_for(kRetryInterval);
  }
}

}  // namespace starlift::postgres
