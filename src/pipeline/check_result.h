#pragma once

#include <string>

#include "pipeline/answer.h"

namespace starlift {

/// What became of a check.
struct CheckResult {
  std::string name;
  std::string says;   ///< what holds when it passes
  Answer broken;      ///< the first of the rows that break it
  std::string error;  ///< why the engine could not answer it; else empty
  double elapsed_s = 0;

  bool passed() const { return broken.rows.empty() && error.empty(); }
};

}  // namespace starlift
