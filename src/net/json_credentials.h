#pragma once

#include <string>
#include <string_view>

#include "net/credentials.h"

namespace starlift {

/// Reads credentials as JSON: {"AccessKeyId", "SecretAccessKey", "SessionToken" or "Token", "Expiration"},
/// which is how programs, containers and instances give them. `place` names where they came from. Throws
/// Error{kConfiguration}, never with a value.
Credentials parse_json_credentials(std::string_view json, const std::string& place);

}  // namespace starlift
