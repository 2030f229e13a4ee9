#pragma once

#include <string>
#include <string_view>

#include "warehouse/libpq/connection.h"

namespace starlift::redshift {

/// Returns the name of the folder of a staging area that belongs to one database of one cluster:
/// "starlift-86b5169f-01dc-4a6f-9fbb-e2e24359e9a8-sales". Names that differ have folders that differ,
/// whatever they are made of.
std::string area_folder(std::string_view cluster, std::string_view database);

/// Returns that of the database that is connected to, whatever address led there: behind two tunnels, two
/// clusters have the same one. Call outside a transaction, which a cluster that has no name would end; then
/// its address has to do.
std::string area_folder(libpq::Connection& connection);

}  // namespace starlift::redshift
