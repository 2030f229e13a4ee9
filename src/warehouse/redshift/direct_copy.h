#pragma once

#include <string>

#include "warehouse/libpq/connection.h"
#include "warehouse/object_copy.h"
#include "warehouse/redshift/load_views.h"
#include "warehouse/redshift/staging_area.h"

namespace starlift::redshift {

/// How the cluster is told which objects to read.
struct DirectCopy {
  StagingArea& area;
  std::string folder;  ///< of this load, in the area
  std::string iam_role;
};

/// Returns the COPY that reads the objects.
std::string direct_copy_sql(const DirectCopy& direct, const ObjectCopy& copy);

/// Writes a manifest of the objects and a jsonpaths file into the staging area, has the cluster read the
/// objects by one COPY, and removes what it wrote, also when that fails. Throws what the COPY throws, and
/// Error{kMismatch} when what the cluster tells of it does not add up.
CopiedObjects copy_direct(libpq::Connection& connection, const LoadViews& views, const DirectCopy& direct,
                          const ObjectCopy& copy);

}  // namespace starlift::redshift
