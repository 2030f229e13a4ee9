#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/libpq/failure.h"
#include "warehouse/libpq/handles.h"
#include "warehouse/libpq/server_address.h"
#include "warehouse/libpq/server_kind.h"

namespace starlift::libpq {

/// One connection of libpq's. Used from one thread at a time, `interrupt` excepted.
///
/// Sessions are set so that the same query gives the same text everywhere: UTC, ISO dates, doubles that read
/// back. The application's name tells other sessions which process this is, where.
class Connection {
 public:
  /// Gives up after ten seconds per address of the host, or after what PGCONNECT_TIMEOUT says.
  /// Throws Error{kConfiguration} when the server refuses us, Error{kWarehouse} when it cannot be reached.
  /// `kind` lives for ever.
  Connection(const ServerKind& kind, const ServerAddress& address);

  /// For people: "PostgreSQL database sales at db.example:5432". Without user and password.
  const std::string& description() const { return description_; }

  PGconn* get() const { return handle_.get(); }

  /// Runs statements that answer nothing. Returns the command tag of the last.
  std::string execute(std::string_view sql);

  /// The same, where the next statement will tell of a failure.
  void try_to_execute(std::string_view sql) noexcept;

  /// What the server said beside its answer to the last statement that was executed: the first few notices.
  const std::vector<std::string>& notices() const { return notices_; }

  /// Runs a statement that may have to wait for others. Returns false when it still waits after `patience`;
  /// then it was cancelled, and a transaction that it was in can only be rolled back.
  bool execute_within(std::string_view sql, std::chrono::milliseconds patience);

  /// Stops the running statement, which then fails with Error{kInterrupted}. Thread-safe.
  void interrupt() noexcept;

  /// Reads what is left of an answer, so that the connection takes the next statement.
  void drain() noexcept;

  /// Makes an Error of a failed result; null stands for what libpq itself says.
  Error failure(const PGresult* result, const std::string& sql);

 private:
  static void keep_notice(void* self, const char* text) noexcept;
  void cancel() noexcept;
  bool wait_for_answer(std::chrono::steady_clock::time_point give_up_at);

  const ServerKind& kind_;
  std::vector<std::string> notices_;
  ConnectionHandle handle_;
  CancelHandle cancel_;
  std::string description_;
  std::atomic<bool> is_interrupted_ = false;
};

}  // namespace starlift::libpq
