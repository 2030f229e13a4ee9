#pragma once

#include "warehouse/libpq/server_address.h"
#include "warehouse/libpq/server_kind.h"

namespace starlift::libpq {

/// Returns where a connection goes and how, after all that is left to others: host, port and TLS as the kind
/// of server, libpq's environment and its own defaults have them. What nobody names is empty.
ServerAddress effective_address(const ServerKind& kind, const ServerAddress& address);

}  // namespace starlift::libpq
