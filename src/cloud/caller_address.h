#pragma once

#include <string>

#include "cloud/cloud_access.h"

namespace starlift {

/// Asks checkip.amazonaws.com, a service of AWS, from which IPv4 address this machine reaches it, without
/// credentials. AWS_ENDPOINT_URL_CHECKIP and AWS_ENDPOINT_URL name another place. Throws Error{kSource}.
std::string find_caller_address(const CloudAccess& access);

/// Reads "203.0.113.7" or "203.0.113.0/24" as a CIDR without bits behind its prefix. Throws Error{kUsage} for
/// what is none, and for one that would let more than 65,536 addresses in.
std::string parse_cidr(std::string_view text);

}  // namespace starlift
