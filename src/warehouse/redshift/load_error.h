#pragma once

#include "base/error.h"
#include "warehouse/libpq/connection.h"

namespace starlift::redshift {

/// Returns true for the error of a COPY that says no more than where its reasons are kept.
bool is_about_load_errors(const Error& error);

/// Returns that error with the first of the reasons, which outlive the transaction. Call when it has ended.
Error explain_load_error(const Error& error, libpq::Connection& connection);

}  // namespace starlift::redshift
