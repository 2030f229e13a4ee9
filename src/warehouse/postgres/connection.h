#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "warehouse/postgres/failure.h"
#include "warehouse/postgres/handles.h"
#include "warehouse/postgres/server_address.h"

namespace starlift::postgres {

/// One connection of libpq's. Used from one thread at a time, `interrupt` excepted.
///
/// Sessions are set so that the same query gives the same text everywhere: UTC, ISO dates, doubles that read
/// back. The application's name tells other sessions which process this is, where.
class Connection {
 public:
  /// Gives up after ten seconds per address of the host, or after what PGCONNECT_TIMEOUT says.
  /// Throws Error{kConfiguration} when the server refuses us, Error{kWarehouse} when it cannot be reached.
  explicit Connection(const ServerAddress& address);

  /// For people: "PostgreSQL database sales at db.example:5432". Without user and password.
  const std::string& description() const { return description_; }

  PGconn* get() const { return handle_.get(); }

  /// Runs statements that answer nothing. Returns the command tag of the last.
  std::string execute(std::string_view sql);

  /// Stops the running statement, which then fails with Error{kInterrupted}. Thread-safe.
  void interrupt() noexcept;

  /// Reads what is left of an answer, so that the connection takes the next statement.
  void drain() noexcept;

  /// Makes an Error of a failed result; null stands for what libpq itself says.
  Error failure(const PGresult* result, const std::string& sql);

 private:
  ConnectionHandle handle_;
  CancelHandle cancel_;
  std::string description_;
  std::atomic<bool> is_interrupted_ = false;
};

}  // namespace starlift::postgres
