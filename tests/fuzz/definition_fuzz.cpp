#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "project/definition.h"

namespace {

/// Takes an input apart into files: each begins with a line "@@ path".
std::vector<starlift::DefinitionFile> split_files(std::string_view input) {
  constexpr std::string_view kMark = "@@ ";
  std::vector<starlift::DefinitionFile> files;
  while (input.starts_with(kMark)) {
    size_t path_end = std::min(input.find('\n'), input.size());
    size_t next = input.find("\n@@ ", path_end);
    size_t end = next == input.npos ? input.size() : next + 1;
    size_t body = std::min(path_end + 1, end);
    files.push_back({std::string(input.substr(kMark.size(), path_end - kMark.size())),
                     std::string(input.substr(body, end - body))});
    input.remove_prefix(end);
  }
  return files;
}

}  // namespace

/// A definition is read or refused with an Error, whatever its files hold.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    starlift::read_definition(split_files({reinterpret_cast<const char*>(data), size}));
  } catch (const starlift::Error&) {
  }
  return 0;
}
