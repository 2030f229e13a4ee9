#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "json/record_reader.h"
#include "pipeline/plan.h"
#include "pipeline/reject_spool.h"
#include "pipeline/step.h"
#include "warehouse/object_copy.h"

namespace starlift {

/// Finds the records that an engine left out when it read objects itself, by reading the objects again: so
/// they become the rejects that starlift's own decoding makes of them, with number, place, reason and text.
///
/// What the engine could not read it tells by object and line: these objects are read, and the lines that it
/// read of them must be as many as their records. Of a row that did not become typed values it knows no
/// object: then one object after the other is read until all such records are found. So it is for rows of
/// nulls: they are of records without any field that has a column, or of top-level arrays, whose elements the
/// engine does not see. What starlift sees otherwise than the engine throws Error{kMismatch}, for then
/// neither can be trusted.
class RefusedRecords {
 public:
  /// What was found in one object.
  struct Count {
    uint64_t rejects = 0;
    uint64_t unfit = 0;  ///< of them, those that the engine read and that did not become typed values
  };

  /// The object at index i of the plan has the id `first_object_id + i`. All references must outlive this.
  RefusedRecords(const DatasetPlan& plan, int64_t first_object_id, RejectSpool& rejects,
                 StepCounters& counters, const Cancellation& cancellation);

  /// What has to be found, and where is not known.
  struct Wanted {
    uint64_t unfit = 0;  ///< records that the engine read and that did not become typed values
    uint64_t empty = 0;  ///< records that became rows of nulls
  };

  /// Finds the records that were left out of `objects`, indices of the plan in the order in which they were
  /// copied: those that `copied` tells of, and those that are `wanted`. Returns the counts by index of the
  /// plan.
  std::map<size_t, Count> find(std::span<const size_t> objects, const CopiedObjects& copied, Wanted wanted);

 private:
  class Search;

  const DatasetPlan& plan_;
  int64_t first_object_id_;
  RejectSpool& rejects_;
  StepCounters& counters_;
  const Cancellation& cancellation_;
};

}  // namespace starlift
