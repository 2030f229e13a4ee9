#include "net/http_message.h"

#include <algorithm>

#include "base/text.h"

namespace starlift {

namespace {

bool has_name(std::string_view line, std::string_view name) {
  auto is_same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b); };
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(), is_same);
}

}  // namespace

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  std::optional<std::string_view> value;
  for (std::string_view rest = header_lines; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (has_name(line, name)) value = trim(line.substr(name.size() + 1));
  }
  return value;
}

}  // namespace starlift
