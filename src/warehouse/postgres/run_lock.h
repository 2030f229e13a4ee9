#pragma once

#include <string>

#include "warehouse/libpq/connection.h"

namespace starlift::postgres {

/// Makes this connection the only one that writes starlift's tables in its database, for as long as it lives:
/// a session-level advisory lock, so the server frees it when the session ends, whatever ends it.
///
/// The server is told to look often whether the client is still there, and a lock that is taken is asked for
/// again for some seconds: a holder that was killed is gone by then. Throws Error{kBusy} with the holder and
/// since when.
void take_run_lock(libpq::Connection& connection);

/// Returns the statement by which it does so.
std::string run_lock_statement();

}  // namespace starlift::postgres
