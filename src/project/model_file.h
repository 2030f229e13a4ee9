#pragma once

#include <vector>

#include "project/definition.h"
#include "project/table_references.h"

namespace starlift {

/// A `references` of a model's column, and where it stands.
struct PlacedReference {
  ModelColumn::Target target;
  Place place;
};

/// What a file of star/ says, before it is held against the other files.
struct ModelFile {
  Model model;  ///< reads_datasets and reads_models still empty
  std::vector<PlacedReference> references;
  std::vector<TableReference> tables;            ///< in the FROM clauses of its body
  std::vector<TableReference> row_count_tables;  ///< in those of its [rows] equal
  Place incremental_place;                       ///< of [incremental], when the model has it
};

/// Reads a file of star/. Throws Error{kDefinition} with file and line.
ModelFile read_model_file(const DefinitionFile& file);

}  // namespace starlift
