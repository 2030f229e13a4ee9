#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "columns/batch_source.h"
#include "pipeline/plan.h"
#include "pipeline/reject_spool.h"
#include "pipeline/step.h"

namespace starlift {

/// What became of a planned object.
struct ObjectOutcome {
  enum class State {
    kUnread,
    kLoaded,
    kPostponed,   ///< it changed or went while it was read; none of its rows may stay
    kUnreadable,  ///< it could not be read, and the plan keeps going; none of its rows may stay
  };
  State state = State::kUnread;
  uint64_t records = 0;
  uint64_t staged = 0;
  uint64_t rejected = 0;
  std::string content_hash;
  std::string problem;  ///< of an unreadable one
};

/// The records of a plan's objects as rows of its staging table, lineage columns last.
///
/// Each reader takes the next object that has arrived and that nobody has taken, so that threads stay busy
/// whatever the objects' sizes. An object's records are numbered in their order, by one thread.
class StagingSource : public BatchSource {
 public:
  /// The object at index i of the plan gets the id `first_object_id + i`. All references must outlive this.
  StagingSource(const DatasetPlan& plan, int64_t first_object_id, RejectSpool& rejects,
                StepCounters& counters, const Cancellation& cancellation);

  std::span<const Column> columns() const override { return columns_; }
  size_t max_readers() const override;
  std::unique_ptr<BatchReader> make_reader() override;

  /// By index of the plan. Complete when the load has ended.
  const std::vector<ObjectOutcome>& outcomes() const { return outcomes_; }
  const std::map<std::string, UnknownFieldSummary>& unknown_fields() const { return unknown_fields_; }

 private:
  class Reader;

  const DatasetPlan& plan_;
  int64_t first_object_id_;
  RejectSpool& rejects_;
  StepCounters& counters_;
  const Cancellation& cancellation_;
  std::vector<Column> columns_;
  std::vector<ObjectOutcome> outcomes_;
  std::unique_ptr<ObjectQueue> queue_;
  std::atomic<int> store_errors_in_a_row_ = 0;
  std::mutex mutex_;  ///< guards unknown_fields_
  std::map<std::string, UnknownFieldSummary> unknown_fields_;
};

}  // namespace starlift
