#pragma once

#include "warehouse/libpq/server_kind.h"

namespace starlift::redshift {

/// Redshift as a server: how a session is set up, and what its errors mean.
extern const libpq::ServerKind kServerKind;

}  // namespace starlift::redshift
