#pragma once

#include "pipeline/statement_recorder.h"
#include "project/definition.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// What a cluster does with values of JSON that it copies into columns of text.
struct CopyHabits {
  bool keeps_structures = false;  ///< objects and arrays become the text that they are in the file
};

/// Has the cluster copy a record whose values are known: how it writes numbers and booleans of JSON into text
/// is not documented, and what it reads itself is loaded from such texts. Throws Error{kMismatch} where they
/// are not what is in the file, to the digit; `dataset` is what was to be loaded.
CopyHabits probe_copy(Transaction& transaction, const Dataset& dataset);

/// Tells the recorder the statements of that.
void rehearse_copy_probe(StatementRecorder& recorder);

}  // namespace starlift
