#pragma once

#include <string>
#include <variant>
#include <vector>

#include "synth/generator.h"

namespace starlift::synth {

/// An option of the generator as a command line offers it.
struct Flag {
  const char* name;  ///< with its dashes
  const char* help;
  std::variant<uint64_t*, int*, double*> value;
};

/// The flags that set `options`, which must outlive them.
std::vector<Flag> flags_of(GeneratorOptions& options);

/// The records that were asked for, all data sets together.
uint64_t records_of(const GeneratorOptions& options);
uint64_t records_of(const GeneratorProgress& progress);

/// The data sets of a summary by the folder they are written to.
struct NamedDataset {
  const char* name;
  const DatasetSummary& summary;
};
std::vector<NamedDataset> datasets_of(const GeneratorSummary& summary);

/// What a loader of the data must find, by name.
struct NamedCount {
  const char* name;
  uint64_t count;
};
std::vector<NamedCount> expectations_of(const GeneratorSummary& summary);

}  // namespace starlift::synth
