#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "warehouse/warehouse.h"

namespace starlift {

/// Which rejects are meant.
struct RejectFilter {
  std::string dataset;  ///< empty: all
  std::optional<int64_t> run_id;
  int limit = 0;  ///< only so many, the newest; 0: no limit
};

/// A rejected record as it is kept.
struct KeptReject {
  int64_t reject_id = 0;
  int64_t run_id = 0;
  std::string dataset;
  std::string object;
  int64_t record = 0;
  int64_t offset = 0;
  std::string column;  ///< empty when the record as a whole is unreadable
  std::string reason;
  std::string raw_text;
  std::string raw_encoding;  ///< "text" or "base64"
  int64_t raw_bytes = 0;
  int64_t error_position = 0;  ///< in the raw record; may lie behind what is kept of it
};

/// Lists rejected records with place and reason, the newest first. Returns null when the warehouse has
/// no rejects table yet.
std::unique_ptr<Cursor> list_rejects(Session& session, const RejectFilter& filter);

/// Returns one reject with all that is kept of it; nothing when there is none of that number.
std::optional<KeptReject> find_reject(Session& session, int64_t reject_id);

/// Visits rejects with all that is kept of them, the oldest first. Returns how many there are.
uint64_t visit_rejects(Session& session, const RejectFilter& filter,
                       const std::function<void(const KeptReject&)>& visit);

/// Returns a reject as a JSON object, on one line.
std::string to_json(const KeptReject& reject);

/// Returns the raw record as it was read, as far as it is kept.
std::string raw_record(const KeptReject& reject);

/// Returns the names of the datasets of which objects are loaded, whatever definition they belong to.
std::vector<std::string> loaded_datasets(Session& session);

}  // namespace starlift
