#pragma once

#include <string>
#include <system_error>

namespace starlift {

/// A file that is being written: beside its place, under a name of this process's own, and gone unless it was
/// finished.
class UnfinishedFile {
 public:
  /// `path` is where it will be.
  explicit UnfinishedFile(std::string path);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  /// Where to write it.
  const std::string& path() const { return written_; }

  /// Puts the file, which is closed, in its place, and in that of one that is there. Returns why it failed.
  std::error_code finish();

 private:
  std::string path_;
  std::string written_;
};

}  // namespace starlift
