#pragma once

#include <string>
#include <vector>

#include "warehouse/libpq/connection.h"

namespace starlift::redshift {

/// Makes the table that stands for the right to write, when it is missing. Call outside a transaction.
void make_lock_table(libpq::Connection& connection);

/// Begins a transaction and locks that table as its first statement; whatever ends the session ends the lock.
///
/// A cluster may take a transaction's snapshot before it has the lock (transaction_snapshot_begin), and would
/// then show the time before another run committed. So every transaction writes to the table's one row:
/// whoever was overtaken has a conflict there, and begins anew.
///
/// A lock that is taken is waited for for some seconds; then Error{kBusy}, and no transaction is open.
void begin_locked(libpq::Connection& connection);

/// Return the statements by which these do so.
std::vector<std::string> lock_table_statements();
std::vector<std::string> begin_locked_statements();

}  // namespace starlift::redshift
