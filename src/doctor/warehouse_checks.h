#pragma once

#include <memory>
#include <string>

#include "doctor/doctor.h"
#include "doctor/server_reach.h"

namespace starlift {

/// Connects to the server under [CLUSTER]. Throws Skipped when the engine has none, or libpq finds it
/// elsewhere.
std::string check_reach(const Patient& patient, const Config& config, ServerReach& reach);

/// Whether the connection will be encrypted as SSLMODE, SSLROOTCERT or the engine's default wants it.
std::string check_tls(const Patient& patient, const Config& config, const ServerReach& reach);

/// Opens the warehouse for reading: the server takes user and password, the file is one. Throws Skipped when
/// there is no file yet.
std::string check_login(const Patient& patient, std::unique_ptr<Warehouse>& warehouse);

/// Says which versions of the engine and of starlift meet, and whether it is the engine that dwh.cfg says.
/// Too old a server, or tables of a newer starlift's, open for nobody: `check_login` tells them.
std::string check_versions(Warehouse& warehouse);

/// Whether the tables of the definition can be made. A server is asked, over `login`; of a file they are made
/// and taken back, whose session `login` is given up for that.
std::string check_rights(const Patient& patient, const WarehouseDefinition& definition,
                         std::unique_ptr<Warehouse> login);

}  // namespace starlift
