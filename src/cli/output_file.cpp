#include "cli/output_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

#include "base/error.h"
#include "base/unfinished_file.h"

namespace starlift {

void write_output(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);  // main looks whether that went well
    return;
  }
  UnfinishedFile unfinished(path);
  std::error_code failure;
  errno = 0;
  if (std::ofstream file(unfinished.path(), std::ios::binary); file << text << std::flush) {
    file.close();
    failure = unfinished.finish();
    if (!failure) return;
  } else {
    failure = {errno, std::generic_category()};
  }
  throw Error(ErrorKind::kUsage, fmt::format("cannot write {}: {}", path, failure.message()));
}

}  // namespace starlift
