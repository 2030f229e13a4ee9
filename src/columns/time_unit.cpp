#include "columns/time_unit.h"

namespace starlift {

std::string_view to_string(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSeconds:
      return "s";
    case TimeUnit::kMilliseconds:
      return "ms";
    case TimeUnit::kMicroseconds:
      return "us";
    case TimeUnit::kIso8601:
      break;
  }
  return "iso8601";
}

}  // namespace starlift
