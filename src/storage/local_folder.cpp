#include "storage/local_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/text.h"

namespace starlift {

namespace {

/// Returns false when there is nothing of this name any more.
bool find_status(int folder, const std::string& path, LocalEntry& entry) {
  const char* name = entry.name.c_str();
  if (fstatat(folder, name, &entry.status, 0) == 0) return true;
  if (errno != ENOENT && errno != ELOOP) fail_to_list(path + entry.name, errno);
  if (fstatat(folder, name, &entry.status, AT_SYMLINK_NOFOLLOW) == 0) {
    entry.status.st_size = 0;
    return true;
  }
  if (errno != ENOENT) fail_to_list(path + entry.name, errno);
  return false;
}

}  // namespace

std::vector<LocalEntry> read_local_folder(const std::string& path) {
  std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(path.c_str()), closedir);
  if (!dir) fail_to_list(path, errno);
  std::vector<LocalEntry> entries;
  errno = 0;
  while (const dirent* found = readdir(dir.get())) {
    std::string name = found->d_name;
    if (name.front() == '.') continue;
    if (!is_valid_utf8(name)) {
      throw Error(ErrorKind::kSource,
                  fmt::format("{}{}: the name is not valid UTF-8 and no table can keep it; rename it", path,
                              to_json_string(name)));
    }
    LocalEntry entry{.name = std::move(name), .status = {}};
    if (!find_status(dirfd(dir.get()), path, entry)) continue;
    mode_t mode = entry.status.st_mode;
    if (S_ISDIR(mode)) entry.name += '/';
    if (S_ISDIR(mode) || S_ISREG(mode) || S_ISLNK(mode)) entries.push_back(std::move(entry));
    errno = 0;
  }
  if (errno != 0) fail_to_list(path, errno);
  std::sort(entries.begin(), entries.end(),
            [](const LocalEntry& a, const LocalEntry& b) { return a.name < b.name; });
  return entries;
}

void fail_to_list(const std::string& path, int code) {
  const char* remedy = code == EACCES ? "; check the permissions of the folder and those above it" : "";
  throw Error(ErrorKind::kSource, fmt::format("cannot list {}: {}{}", path, std::strerror(code), remedy));
}

}  // namespace starlift
