#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "warehouse/libpq/connection.h"

namespace starlift::redshift {

/// Returns how many rows the session's last COPY loaded, as the cluster counts.
uint64_t last_copy_count(libpq::Connection& connection);

/// Returns true for the error of a COPY that says no more than where its reasons are kept.
bool is_about_load_errors(const Error& error);

/// A record that a COPY could not load, as the cluster tells of it.
struct LoadError {
  std::string file;  ///< at most its first 256 bytes
  int64_t line = 0;
  std::string column;
  std::string reason;
};

/// What a cluster tells of its COPYs: which of the system views it has. Their rows outlive a transaction that
/// rolls back, and hold those of all COPYs, so that each is asked by the number of the query.
class LoadViews {
 public:
  /// Asks which views there are; outside a transaction, which a missing one would end.
  void find(libpq::Connection& connection);

  /// True when the errors of a COPY and the lines of its objects are counted, so that what it leaves out can
  /// be reconciled.
  bool counts_errors() const { return has_history_ && has_detail_; }

  /// What was told of one COPY.
  struct Told {
    uint64_t error_count = 0;  ///< 0 also where that is not told
    std::vector<LoadError> errors;
    std::map<std::string, uint64_t> lines;  ///< read, by file; of none where that is not told
  };
  /// Asks of the session's last COPY, which went well. Throws Error{kMismatch} when the cluster does not tell
  /// what it should.
  Told ask(libpq::Connection& connection) const;

  /// Returns an error of a COPY with the first of its reasons. Call when the transaction has ended.
  Error explain(const Error& error, libpq::Connection& connection) const;

 private:
  std::vector<LoadError> read_errors(libpq::Connection& connection, const std::string& query_id,
                                     const std::string& rest) const;

  bool has_error_detail_ = true;  ///< else stl_load_errors is asked
  bool has_history_ = true;
  bool has_detail_ = true;
};

}  // namespace starlift::redshift
