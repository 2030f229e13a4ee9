#include "pipeline/definition_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text.h"

namespace starlift {

Error in_definition(const Error& error, ErrorKind kind, const std::string& file, int sql_line,
                    int sql_at_line) {
  std::string_view message = error.what();
  // DuckDB's message ends with "LINE 3: ..." and a drawing.
  constexpr std::string_view kMark = "\nLINE ";
  int line = sql_at_line;
  if (size_t mark = message.find(kMark); mark != message.npos) {
    if (sql_at_line > 0)
      std::from_chars(message.data() + mark + kMark.size(), message.data() + message.size(), line);
    message = trim(message.substr(0, mark));
  }
  std::string place = fmt::format("{}:{}", file, sql_line + std::max(line - sql_at_line, 0));
  return Error(kind, fmt::format("{}: {}", place, message)).at(place);
}

}  // namespace starlift
