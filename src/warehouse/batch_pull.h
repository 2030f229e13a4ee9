#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "columns/batch_source.h"

namespace starlift {

/// Takes a batch. `text` is the thread's own, for what is made of the batch; it keeps its capacity.
using TakeBatch = std::function<void(const ColumnBatch& batch, std::string& text)>;

/// Reads all of a source with as many threads as are given and it can keep busy, of which the calling one is
/// the first; each hands its batches to `take`. Rethrows what the first that failed threw, when all have
/// ended.
void pull_batches(BatchSource& source, size_t threads, const TakeBatch& take);

}  // namespace starlift
