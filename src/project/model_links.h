#pragma once

#include <span>
#include <vector>

#include "project/model_file.h"

namespace starlift {

/// One model must exist before another: it is read or referenced there.
struct ModelLink {
  std::string model;
  std::string needs;
  Place place;  ///< the line of `model` that reads or references
};

/// Holds the models against each other and the datasets: fills their reads_datasets and reads_models
/// and returns how they depend. Throws Error{kDefinition} at the line of a table or reference that does not
/// exist.
std::vector<ModelLink> link_models(std::span<ModelFile> files, std::span<const Dataset> datasets);

/// Returns the models, each after those it needs; free choices go by name.
/// Throws Error{kDefinition} when they need each other in a circle.
std::vector<Model> order_models(std::vector<Model> models, std::span<const ModelLink> links);

}  // namespace starlift
