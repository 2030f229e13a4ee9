#include "storage/folders_ahead.h"

#include <utility>

namespace starlift {

class FoldersAhead::Folder {
 public:
  enum class State { kAnnounced, kBeingRead, kReady, kTaken };

  explicit Folder(std::string path) : path_(std::move(path)) {}

  /// Without the lock: only who set kBeingRead reads, and only who took it sees the entries.
  void read() noexcept {
    try {
      entries_ = read_local_folder(path_);
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  std::vector<LocalEntry> entries() {
    if (error_) std::rethrow_exception(error_);
    return std::move(entries_);
  }

  State state = State::kAnnounced;

 private:
  std::string path_;
  std::vector<LocalEntry> entries_;
  std::exception_ptr error_;
};

FoldersAhead::FoldersAhead(size_t thread_count) {
  for (size_t i = 0; i < thread_count; ++i)
    threads_.emplace_back([this] { work(); });
}

FoldersAhead::~FoldersAhead() {
  {
    std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_)
    thread.join();
}

std::vector<FoldersAhead::FolderHandle> FoldersAhead::announce(const std::vector<std::string>& paths) {
  std::vector<FolderHandle> folders;
  folders.reserve(paths.size());
  for (const auto& path : paths)
    folders.push_back(std::make_shared<Folder>(path));
  {
    std::lock_guard lock(mutex_);
    announced_.insert(announced_.end(), folders.rbegin(), folders.rend());
  }
  changed_.notify_all();
  return folders;
}

std::vector<LocalEntry> FoldersAhead::take(const FolderHandle& folder) {
  std::unique_lock lock(mutex_);
  if (folder->state == Folder::State::kAnnounced) {
    folder->state = Folder::State::kTaken;
    lock.unlock();
    folder->read();
    return folder->entries();
  }
  changed_.wait(lock, [&] { return folder->state == Folder::State::kReady; });
  folder->state = Folder::State::kTaken;
  --ready_or_reading_;
  lock.unlock();
  changed_.notify_all();
  return folder->entries();
}

void FoldersAhead::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock,
                  [&] { return is_stopping_ || (!announced_.empty() && ready_or_reading_ < kMaxReady); });
    if (is_stopping_) return;
    FolderHandle folder = std::move(announced_.back());
    announced_.pop_back();
    if (folder->state != Folder::State::kAnnounced) continue;
    folder->state = Folder::State::kBeingRead;
    ++ready_or_reading_;
    lock.unlock();
    folder->read();
    lock.lock();
    folder->state = Folder::State::kReady;
    changed_.notify_all();
  }
}

}  // namespace starlift
