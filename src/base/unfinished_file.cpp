#include "base/unfinished_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

namespace starlift {

UnfinishedFile::UnfinishedFile(std::string path)
    : path_(std::move(path)), written_(fmt::format("{}.{}.partial", path_, getpid())) {}

UnfinishedFile::~UnfinishedFile() {
  std::error_code ignored;
  std::filesystem::remove(written_, ignored);
}

std::error_code UnfinishedFile::finish() {
  std::error_code failure;
  std::filesystem::rename(written_, path_, failure);
  return failure;
}

}  // namespace starlift
