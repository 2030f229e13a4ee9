#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "warehouse/libpq/connection.h"

namespace starlift::redshift {

/// Returns how many rows the session's last COPY loaded, as the cluster counts.
uint64_t last_copy_count(libpq::Connection& connection);

/// Returns true for the error of a COPY that says no more than where its reasons are kept.
bool is_about_load_errors(const Error& error);

/// Returns how many records the cluster says, beside the answer to a COPY, that it could not load; 0 where it
/// says nothing of that.
uint64_t records_not_loaded(std::span<const std::string> notices);

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
  /// Asks of the session's last COPY, which loaded so many rows and went well but for `not_loaded` records,
  /// as far as that is known. The views may lag behind: waits for them for some seconds. Throws
  /// Error{kMismatch} when the cluster does not tell by then what it should.
  Told ask(libpq::Connection& connection, uint64_t rows, uint64_t not_loaded) const;

  /// Returns an error of a COPY with the first of its reasons, for which it waits likewise. Call when the
  /// transaction has ended.
  Error explain(const Error& error, libpq::Connection& connection) const;

 private:
  std::vector<LoadError> read_errors(libpq::Connection& connection, const std::string& query_id,
                                     const std::string& rest) const;

  bool has_error_detail_ = true;  ///< else stl_load_errors is asked
  bool has_history_ = true;
  bool has_detail_ = true;
};

}  // namespace starlift::redshift
