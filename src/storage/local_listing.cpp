#include "storage/local_listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "base/text.h"

namespace starlift {

namespace {

struct Entry {
  /// A folder's name ends in '/', so that sorting names sorts whole paths.
  std::string name;
  struct stat status;
};

[[noreturn]] void fail(const std::string& path, int code) {
  const char* remedy = code == EACCES ? "; check the permissions of the folder and those above it" : "";
  throw Error(ErrorKind::kSource, fmt::format("cannot list {}: {}{}", path, std::strerror(code), remedy));
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
  void folder(const std::string& path, const struct stat& status) {
    auto is_same = [&](const struct stat& above) {
      return above.st_ino == status.st_ino && above.st_dev == status.st_dev;
    };
    if (std::any_of(above_.begin(), above_.end(), is_same)) {
      throw Error(ErrorKind::kSource,
                  fmt::format("{} leads back to a folder above it; remove that link", path));
    }
    above_.push_back(status);
    for (const auto& entry : read_sorted(path)) {
      if (entry.name.back() == '/') {
        folder(path + entry.name, entry.status);
      } else {
        file(path + entry.name, entry.status);
      }
    }
    above_.pop_back();
  }

 private:
  /// Follows links; one that leads nowhere stays itself, as an empty object that cannot be read, so that it
  /// is not lost silently. Returns false when there is nothing any more.
  static bool find_status(int folder, const std::string& path, Entry& entry) {
    const char* name = entry.name.c_str();
    if (fstatat(folder, name, &entry.status, 0) == 0) return true;
    if (errno != ENOENT && errno != ELOOP) fail(path + entry.name, errno);
    if (fstatat(folder, name, &entry.status, AT_SYMLINK_NOFOLLOW) == 0) {
      entry.status.st_size = 0;
      return true;
    }
    if (errno != ENOENT) fail(path + entry.name, errno);
    return false;  // gone since it was read from the folder
  }

  static std::vector<Entry> read_sorted(const std::string& path) {
    std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()), closedir);
    if (!dir) fail(path, errno);
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent* found = readdir(dir.get())) {
      std::string name = found->d_name;
      if (name.front() == '.') continue;
      if (!is_valid_utf8(name)) {
        throw Error(ErrorKind::kSource,
                    fmt::format("{}{}: the name is not valid UTF-8 and no table can keep it; rename it", path,
                                to_json_string(name)));
      }
      Entry entry{.name = std::move(name), .status = {}};
      if (!find_status(dirfd(dir.get()), path, entry)) continue;
      mode_t mode = entry.status.st_mode;
      if (S_ISDIR(mode)) entry.name += '/';
      if (S_ISDIR(mode) || S_ISREG(mode) || S_ISLNK(mode)) entries.push_back(std::move(entry));
      errno = 0;
    }
    if (errno != 0) fail(path, errno);
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return entries;
  }

  const ObjectStore::ListVisitor& visit_;
  std::vector<struct stat> above_;
};

}  // namespace

void list_local_files(const std::string& root, const ObjectStore::ListVisitor& visit) {
  struct stat status {};
  if (stat(root.c_str(), &status) != 0) {
    if (errno == ENOENT)
      throw Error(ErrorKind::kSource,
                  fmt::format("{} does not exist; name the folder that holds the objects", root));
    fail(root, errno);
  }
  Walk walk(visit);
  if (S_ISDIR(status.st_mode)) {
    walk.folder(root.back() == '/' ? root : root + '/', status);
  } else if (S_ISREG(status.st_mode)) {
    walk.file(root, status);
  } else {
    throw Error(ErrorKind::kSource, fmt::format("{} is neither a folder nor a file", root));
  }
}

}  // namespace starlift
