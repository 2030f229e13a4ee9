#pragma once

#include <string>

namespace starlift {

/// A column of a query's answer.
struct ResultColumn {
  enum class Kind { kText, kNumber, kBoolean };
  std::string name;
  Kind kind = Kind::kText;
  std::string type;  ///< the engine's name of it
};

}  // namespace starlift
