#include "storage/local_listing.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include "storage/folders_ahead.h"
#include "storage/local_folder.h"

namespace starlift {

namespace {

/// More than this many threads gain nothing on any file system that was tried.
constexpr size_t kMaxThreads = 8;

size_t helper_count() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 2, kMaxThreads) - 1;
}

class Walk {
 public:
  explicit Walk(const ObjectStore::ListVisitor& visit) : visit_(visit) {}

  void file(const std::string& path, const struct stat& status) const {
    visit_({.key = path,
            .size_bytes = static_cast<uint64_t>(status.st_size),
            .modified_us = status.st_mtim.tv_sec * 1'000'000 + status.st_mtim.tv_nsec / 1'000,
            .etag = {}});
  }

  /// `path` ends in '/'.
  void root(const std::string& path, const struct stat& status) {
    folder(path, status, ahead_.announce({path}).front());
  }

 private:
  void folder(const std::string& path, const struct stat& status, const FoldersAhead::FolderHandle& handle) {
    auto is_same = [&](const struct stat& above) {
      return above.st_ino == status.st_ino && above.st_dev == status.st_dev;
    };
    if (std::any_of(above_.begin(), above_.end(), is_same)) {
      throw Error(ErrorKind::kSource,
                  fmt::format("{} leads back to a folder above it; remove that link", path));
    }
    above_.push_back(status);
    auto entries = ahead_.take(handle);
    auto folders = announce_folders(path, entries);
    auto next_folder = folders.begin();
    for (const auto& entry : entries) {
      if (entry.is_folder()) {
        folder(path + entry.name, entry.status, *next_folder++);
      } else {
        file(path + entry.name, entry.status);
      }
    }
    above_.pop_back();
  }

  std::vector<FoldersAhead::FolderHandle> announce_folders(const std::string& path,
                                                           const std::vector<LocalEntry>& entries) {
    std::vector<std::string> paths;
    for (const auto& entry : entries) {
      if (entry.is_folder()) paths.push_back(path + entry.name);
    }
    return ahead_.announce(paths);
  }

  const ObjectStore::ListVisitor& visit_;
  std::vector<struct stat> above_;
  FoldersAhead ahead_{helper_count()};
};

}  // namespace

void list_local_files(const std::string& root, const ObjectStore::ListVisitor& visit) {
  struct stat status {};
  if (stat(root.c_str(), &status) != 0) {
    if (errno == ENOENT)
      throw Error(ErrorKind::kSource,
                  fmt::format("{} does not exist; name the folder that holds the objects", root));
    fail_to_list(root, errno);
  }
  Walk walk(visit);
  if (S_ISDIR(status.st_mode)) {
    walk.root(root.back() == '/' ? root : root + '/', status);
  } else if (S_ISREG(status.st_mode)) {
    walk.file(root, status);
  } else {
    throw Error(ErrorKind::kSource, fmt::format("{} is neither a folder nor a file", root));
  }
}

}  // namespace starlift
