#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "warehouse/warehouse.h"

namespace starlift {

/// How many rejects a run may have before it is rolled back.
struct RejectLimit {
  std::optional<uint64_t> count;
  std::optional<double> percent;  ///< of the records read
};

/// Reads "100" or "0.5%". Returns nothing when it is neither.
std::optional<RejectLimit> parse_reject_limit(std::string_view text);

/// Throws Error{kSource} when a run has more rejects than allowed; its rejects, which the rollback takes
/// away, are then kept in a file of the current folder that the message names.
void enforce_reject_limit(const RejectLimit& limit, Session& session, int64_t run_id, uint64_t records,
                          uint64_t rejected);

}  // namespace starlift
