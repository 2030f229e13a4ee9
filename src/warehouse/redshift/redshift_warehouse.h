#pragma once

#include <functional>
#include <memory>
#include <string>

#include "warehouse/libpq/server_address.h"
#include "warehouse/redshift/staging_area.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// How a cluster (or a serverless workgroup) is reached, and how rows get into it.
struct RedshiftSettings {
  ServerAddress address;
  ServerLogin log_in;  ///< may be empty: the address is complete
  /// The role by which the cluster reads S3: an ARN, or "default".
  std::string iam_role;
  /// Opens a folder of the staging area. Empty: there is none, and rows go by INSERT, which is slow.
  std::function<std::unique_ptr<StagingArea>(const std::string& folder)> open_staging;
};

/// Connects to a Redshift database. Read-only, it shows one state of all tables for as long as it is open;
/// for writing, it is the only one that writes while a transaction is open: it is opened with the first one
/// begun, and what earlier runs left in the staging area is swept. Throws Error{kConfiguration} when the
/// server refuses us, Error{kWarehouse} when it cannot be reached, Error{kBusy} when another process is
/// writing.
std::unique_ptr<Warehouse> open_redshift(const RedshiftSettings& settings, const OpenOptions& options);

}  // namespace starlift
