#pragma once

#include <cstdint>
#include <vector>

#include "base/cancellation.h"
#include "json/record_reader.h"
#include "pipeline/traced_row.h"
#include "storage/object_store.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// What a batch is searched with.
struct BatchSearch {
  ObjectStore& store;  ///< the dataset's source
  std::vector<FieldSpec> fields;
  Session& session;
  const Cancellation& cancellation;
};

/// Finds the records of rows that were loaded direct, of which only the batch is known: reads one object of
/// it after the other, as the dataset's own records are read, until there is one with the values of each row.
/// Fills object, number, place and text, or says in `trouble` that there is none. Of rows that are alike,
/// each gets a record of its own.
void search_batch(int64_t batch_id, const std::vector<TracedRecord*>& records, const BatchSearch& search);

}  // namespace starlift
