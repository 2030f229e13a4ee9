#pragma once

#include <functional>
#include <string>

namespace starlift {

/// Where a server is and who asks. What is empty is left to libpq: its environment (PGHOST, PGPASSWORD ...),
/// service file and password file.
struct ServerAddress {
  std::string host;  ///< or the folder of its socket
  std::string port;
  std::string database;
  std::string user;
  std::string password;  ///< never shown
  std::string ssl_mode;
  std::string ssl_root_certificate;  ///< a file
  /// What to try when the server takes neither user nor password; empty: to set them.
  std::string login_advice;
};

/// Completes an address with user and password when a connection is opened. Throws why there are none.
using ServerLogin = std::function<void(ServerAddress& address)>;

}  // namespace starlift
