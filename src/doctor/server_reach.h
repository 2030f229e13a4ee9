#pragma once

#include <string>

#include "base/cancellation.h"

namespace starlift {

/// A server of PostgreSQL's protocol that took a connection.
struct ServerReach {
  std::string address;  ///< the numeric address that answered
  bool offers_tls = false;
};

/// Connects to a host's port, ten seconds at most, and asks whether it would speak TLS (PostgreSQL
/// Documentation, "Message Flow: SSL Session Encryption"). Throws Error{kWarehouse} that says what to look
/// at.
ServerReach reach_server(const std::string& host, const std::string& port, const Cancellation& cancellation);

}  // namespace starlift
