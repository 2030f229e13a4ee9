#pragma once

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "storage/local_folder.h"

namespace starlift {

/// Reads folders ahead of a walk through them, in threads of its own: most of a listing's time is the file
/// system's, which serves several at once.
///
/// The walk announces folders when it learns of them and takes each when it gets there. It reads a folder
/// itself when no thread began to, so it never waits for one that is not being read. Of folders that were
/// read and not yet taken there are kMaxReady at most.
class FoldersAhead {
 public:
  static constexpr size_t kMaxReady = 64;

  explicit FoldersAhead(size_t thread_count);
  /// Ends after the folders that are being read; what nobody took is dropped.
  ~FoldersAhead();
  FoldersAhead(const FoldersAhead&) = delete;
  FoldersAhead& operator=(const FoldersAhead&) = delete;

  class Folder;
  using FolderHandle = std::shared_ptr<Folder>;

  /// Announces folders that will be taken in this order, and before all that were announced earlier. Each
  /// path ends in '/'.
  std::vector<FolderHandle> announce(const std::vector<std::string>& paths);

  /// Returns what the folder holds. Once per folder. Throws what read_local_folder throws.
  std::vector<LocalEntry> take(const FolderHandle& folder);

 private:
  void work();

  std::mutex mutex_;  ///< guards what follows, and the folders
  std::condition_variable changed_;
  std::vector<FolderHandle> announced_;  ///< the next to be taken is the last; some are taken meanwhile
  size_t ready_or_reading_ = 0;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace starlift
