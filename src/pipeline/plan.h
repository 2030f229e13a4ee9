#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "json/record_reader.h"
#include "pipeline/events.h"
#include "pipeline/summary.h"
#include "project/config.h"
#include "project/definition.h"
#include "storage/object_store.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// An object that a run has to read.
struct PlannedObject {
  ObjectInfo info;
  /// The ledger's object whose rows this one replaces; 0 when it is new.
  int64_t replaces_id = 0;
  bool replaces_copied = false;  ///< that one was copied direct, its rows are together with others'
};

/// An object whose time changed and whose content did not: only the ledger is to be told.
struct TouchedObject {
  int64_t object_id;
  int64_t modified_us;
};

/// What a run has to do for one dataset: the difference between the source's listing and the ledger.
struct DatasetPlan {
  const Dataset* dataset = nullptr;
  std::string source;  ///< as dwh.cfg names it
  std::unique_ptr<ObjectStore> store;
  std::vector<FieldSpec> fields;
  int64_t listed_at_us = 0;            ///< when the listing began
  std::string fingerprint;             ///< of the dataset as it is read, a jsonpaths file included
  std::vector<PlannedObject> objects;  ///< new and changed ones, by key
  std::vector<TouchedObject> touched;
  std::vector<int64_t> vanished_ids;        ///< the ledger's objects that are no longer at the source
  std::vector<int64_t> gone_ids;            ///< others, which were copied direct and are to go
  bool is_direct = false;                   ///< the engine reads the objects itself
  std::optional<uint64_t> allowed_rejects;  ///< of the whole run; nothing: any number
  bool prunes = false;                      ///< the rows of vanished objects are to go
  bool keeps_going = false;                 ///< an object that cannot be read is left out
  bool is_reloaded = false;                 ///< every object is read again
  bool is_unloaded = false;                 ///< the ledger holds none of its objects
  /// The staging table was made anew, and of what was loaded holds the rows of vanished objects only.
  bool is_made_anew = false;
  DatasetSummary counts;
};

/// What a plan is to do beyond loading what is new and changed, and how it reaches the sources.
struct PlanOptions {
  StoreOpener open_store = starlift::open_store;
  bool prunes = false;       ///< take out the rows of objects that vanished from their source
  bool keeps_going = false;  ///< leave objects that cannot be read for the next run, instead of failing
  std::vector<std::string> reloads;  ///< datasets of which every object is read again
  bool replays_rejects = false;      ///< read the objects again that have rejects
};

/// Lists every source and compares it with the ledger, in one ordered merge per dataset.
/// `session` may hold no ledger yet: then everything is new.
/// Throws Error{kConfiguration} for a missing source, Error{kSource} for one that cannot be listed, and for
/// an object that was copied direct and changed, or vanished while others that were are still there.
std::vector<DatasetPlan> plan_run(const WarehouseDefinition& definition, const Config& config,
                                  Session& session, const PlanOptions& options, EventListener& listener,
                                  const Cancellation& cancellation);

/// Returns where the values of a dataset's columns are in a record: what its jsonpaths file says, or else the
/// definition. Throws Error{kConfiguration} when the two do not fit, Error{kSource} when the file cannot be
/// read.
std::vector<FieldSpec> read_fields(const Dataset& dataset, const Config& config,
                                   const StoreOpener& open_store);

/// Returns the ledger's objects of which the rows go: they are gone or pruned, or the object of the plan that
/// replaces them is loaded.
std::vector<int64_t> outgoing_ids(const DatasetPlan& plan,
                                  const std::function<bool(size_t index)>& is_loaded);

/// Returns those that were copied direct, of which all are replaced or gone, or none.
std::vector<int64_t> outgoing_copied_ids(const DatasetPlan& plan);

/// Returns true when the plan changes nothing in the warehouse.
bool is_nothing_to_do(const std::vector<DatasetPlan>& plans);

}  // namespace starlift
