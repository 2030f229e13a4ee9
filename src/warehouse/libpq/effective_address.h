#pragma once

#include <map>
#include <string>

#include "warehouse/libpq/server_address.h"
#include "warehouse/libpq/server_kind.h"

namespace starlift::libpq {

/// Returns what a connection is opened with, by libpq's names of its parameters. What is left to libpq is not
/// among them.
/// https://www.postgresql.org/docs/current/libpq-connect.html
std::map<std::string, std::string> connection_parameters(const ServerKind& kind,
                                                         const ServerAddress& address);

/// Returns where a connection goes and how, after all that is left to others: host, port and TLS as the kind
/// of server, libpq's environment and its own defaults have them. What nobody names is empty.
ServerAddress effective_address(const ServerKind& kind, const ServerAddress& address);

}  // namespace starlift::libpq
