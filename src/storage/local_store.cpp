#include "storage/local_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "storage/content_hash.h"
#include "storage/local_listing.h"

namespace starlift {

namespace {

class FileHandle {
 public:
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&&) = delete;
  ~FileHandle() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }
  /// Returns false when what was written could not all be kept; errno says why.
  bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

[[noreturn]] void fail(const char* action, const std::string& path, int code) {
  const char* remedy = code == EACCES   ? "; check the file's permissions"
                       : code == ENOSPC ? "; free some space or write elsewhere"
                                        : "";
  throw Error(ErrorKind::kSource,
              fmt::format("cannot {} {}: {}{}", action, path, std::strerror(code), remedy));
}

class LocalReader : public ObjectReader {
 public:
  LocalReader(FileHandle file, const ObjectInfo& object) : file_(std::move(file)), object_(object) {}

  size_t read(std::span<char> buffer) override {
    // The listed size spares the last read of every tiny file; check_integrity finds it if it grew.
    if (bytes_read_ == object_.size_bytes) return 0;
    ssize_t count;
    do {
      count = ::read(file_.get(), buffer.data(), buffer.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) fail("read", object_.key, errno);
    hash_.add({buffer.data(), static_cast<size_t>(count)});
    bytes_read_ += static_cast<uint64_t>(count);
    return static_cast<size_t>(count);
  }

  Integrity check_integrity() override {
    struct stat status {};
    if (fstat(file_.get(), &status) != 0) fail("read", object_.key, errno);
    int64_t modified_us = status.st_mtim.tv_sec * 1'000'000 + status.st_mtim.tv_nsec / 1'000;
    bool is_same = bytes_read_ == object_.size_bytes &&
                   static_cast<uint64_t>(status.st_size) == bytes_read_ && modified_us == object_.modified_us;
    return is_same ? Integrity::kUnchanged : Integrity::kReplaced;
  }

  std::string content_hash() const override { return hash_.to_string(); }

 private:
  FileHandle file_;
  const ObjectInfo& object_;
  ContentHash hash_;
  uint64_t bytes_read_ = 0;
};

/// Writes beside the final name and renames, so that a reader never sees half a file.
class LocalWriter : public ObjectStore::Writer {
 public:
  explicit LocalWriter(std::string path)
      : path_(std::move(path)),
        partial_path_(partial_path_of(path_)),
        file_(::open(partial_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (file_.get() < 0) fail("create", partial_path_, errno);
  }
  ~LocalWriter() override {
    if (!is_finished_) ::unlink(partial_path_.c_str());
  }

  void append(std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("write", path_, errno);
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }

  void finish() override {
    if (!file_.close()) fail("write", path_, errno);
    if (::rename(partial_path_.c_str(), path_.c_str()) != 0) fail("rename", partial_path_, errno);
    is_finished_ = true;
  }

 private:
  /// A hidden name, which no listing shows.
  static std::string partial_path_of(const std::string& path) {
    size_t slash = path.rfind('/');
    return fmt::format("{}.{}.partial", path.substr(0, slash + 1), path.substr(slash + 1));
  }

  std::string path_;
  std::string partial_path_;
  FileHandle file_;
  bool is_finished_ = false;
};

bool is_link(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

std::string absolute_path(const std::string& path) {
  std::string absolute = std::filesystem::absolute(path).lexically_normal().string();
  while (absolute.size() > 1 && absolute.back() == '/')
    absolute.pop_back();
  return absolute;
}

}  // namespace

LocalStore::LocalStore(const std::string& path) : root_(absolute_path(path)) {}

void LocalStore::list(const ListVisitor& visit) {
  list_local_files(root_, visit);
}

std::unique_ptr<ObjectReader> LocalStore::open(const ObjectInfo& object) {
  FileHandle file(::open(object.key.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    int code = errno;
    if (is_link(object.key) && (code == ENOENT || code == ELOOP)) {
      throw Error(
          ErrorKind::kSource,
          fmt::format("cannot read {}: it is a link that leads nowhere; mend or remove it", object.key));
    }
    if (code == ENOENT) return nullptr;
    fail("read", object.key, code);
  }
  return std::make_unique<LocalReader>(std::move(file), object);
}

std::string LocalStore::prepare_path(std::string_view name) {
  std::string path = fmt::format("{}/{}", root_, name);
  std::string folder = path.substr(0, path.rfind('/'));
  if (folder != last_folder_) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) fail("create the folder", folder, error.value());
    last_folder_ = folder;
  }
  return path;
}

void LocalStore::put(std::string_view name, std::string_view bytes) {
  LocalWriter writer(prepare_path(name));
  writer.append(bytes);
  writer.finish();
}

void LocalStore::remove(std::string_view name) {
  std::string path = fmt::format("{}/{}", root_, name);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path, errno);
}

std::unique_ptr<ObjectStore::Writer> LocalStore::create(std::string_view name) {
  return std::make_unique<LocalWriter>(prepare_path(name));
}

}  // namespace starlift
