#include "cli/output_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/error.h"

namespace starlift {

void write_output(const std::string& path, const std::string& text) {
  if (path.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);  // main looks whether that went well
    return;
  }
  std::string written = path + ".new";
  std::error_code failure;
  errno = 0;
  if (std::ofstream file(written, std::ios::binary); file << text << std::flush) {
    file.close();
    std::filesystem::rename(written, path, failure);
    if (!failure) return;
  } else {
    failure = {errno, std::generic_category()};
  }
  std::error_code ignored;
  std::filesystem::remove(written, ignored);
  throw Error(ErrorKind::kUsage, fmt::format("cannot write {}: {}", path, failure.message()));
}

}  // namespace starlift
