#pragma once

#include <string>

#include "base/error.h"
#include "warehouse/libpq/server_kind.h"

namespace starlift::libpq {

/// What a server said of a statement that it refused. Parts may be empty.
struct ServerMessage {
  std::string sqlstate;
  std::string text;
  std::string detail;
  std::string hint;
};

/// Makes an Error of it, with what to try where that is known.
Error statement_failure(const ServerKind& kind, const ServerMessage& message, const std::string& sql);

/// The same for a connection that was lost under a statement; `message` is libpq's.
Error lost_connection(const ServerKind& kind, const std::string& server, const std::string& message,
                      const std::string& sql);

/// The same for a server that cannot be reached or does not let us in. `login_advice` (may be empty) is what
/// to try when it takes neither user nor password.
Error connect_failure(const std::string& server, const std::string& message,
                      const std::string& login_advice = {});

}  // namespace starlift::libpq
