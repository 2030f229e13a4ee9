#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/plan.h"
#include "pipeline/staging_source.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// Returns one more than the largest id of a table of ours; 1 for an empty one.
int64_t next_id(Session& session, const TableName& table, const std::string& column);

/// Fills a temporary table with objects, so that one statement treats them all; `chosen_objects_select` reads
/// it.
void choose_objects(Transaction& transaction, std::span<const int64_t> object_ids);
std::string chosen_objects_select();

/// Returns how large the loaded objects are together; 0 before anything was loaded.
uint64_t loaded_bytes(Session& session);

/// Takes objects out: their rows in staging, their rejects and their entries in the ledger.
/// `keeps_rows` copies the rows to `gone_table(dataset)`, for the models that have to know what went.
void forget_objects(Transaction& transaction, const Dataset& dataset, std::span<const int64_t> object_ids,
                    bool keeps_rows);

/// Writes the loaded objects of a plan into the ledger; those that were postponed stay out of it.
/// The object at index i has the id `first_object_id + i`.
void write_objects(Transaction& transaction, const DatasetPlan& plan, std::span<const ObjectOutcome> outcomes,
                   int64_t first_object_id, int64_t run_id);

/// An object that the engine read itself, and the batch that its rows carry as their object's id: the
/// smallest id of the objects that were read together.
struct CopiedObject {
  int64_t object_id = 0;
  int64_t batch_id = 0;
};

/// Notes which objects were read together.
void write_copied_objects(Transaction& transaction, std::span<const CopiedObject> objects);

/// Takes that note of objects back; all of a batch, whose rows go with it.
void forget_copied_objects(Transaction& transaction, std::span<const int64_t> object_ids);

/// Notes new modification times of objects whose content did not change.
void write_touched(Transaction& transaction, const DatasetPlan& plan);

/// Returns the SELECT by which `reconcile` asks for what does not add up. That the least id is named lets a
/// planner see how much of the table is new.
std::string reconcile_select(const Dataset& dataset, int64_t run_id, int64_t first_object_id,
                             const Dialect& dialect);

/// Compares what the run counted while reading with what the tables hold of its objects, which have ids from
/// `first_object_id` on, object by object, or batch by batch of those that were copied together. Throws
/// Error{kMismatch} naming the first object where they differ, or one that has rows and is not in the ledger.
void reconcile(Transaction& transaction, const Dataset& dataset, int64_t run_id, int64_t first_object_id);

}  // namespace starlift
