#include "base/fingerprint.h"

#include <fmt/format.h>

namespace starlift {

std::string Fingerprint::to_string() const {
  return fmt::format("{:016x}", hash_);
}

}  // namespace starlift
