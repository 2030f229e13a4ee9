#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

namespace starlift {

/// What a folder of the file system holds.
struct LocalEntry {
  /// A folder's name ends in '/', so that sorting names sorts whole paths.
  std::string name;
  struct stat status;

  bool is_folder() const { return name.back() == '/'; }
};

/// Returns the files and folders in a folder, in ascending byte order of their names; hidden ones are left
/// out. Links are followed; one that leads nowhere stays itself, as an empty file that cannot be read, so
/// that it is not lost silently. `path` ends in '/'. Throws Error{kSource} that names what cannot be listed.
std::vector<LocalEntry> read_local_folder(const std::string& path);

/// Throws Error{kSource}: `path` cannot be listed because of `code`, an errno.
[[noreturn]] void fail_to_list(const std::string& path, int code);

}  // namespace starlift
