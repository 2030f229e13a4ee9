#include "warehouse/duckdb/database_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "warehouse/duckdb/failure.h"

namespace starlift::duckdb {

namespace {

namespace fs = std::filesystem;

/// DuckDB's part of what the process may take. The rest is for code, for decoding, and for what DuckDB
/// allocates uncounted: up to four tenths of its limit in a load of 9 GiB, measured with 150 to 740 MiB.
uint64_t engine_budget(const OpenOptions& options) {
  uint64_t threads =
      options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  uint64_t outside_bytes = (96 << 20) + threads * (16 << 20);
  uint64_t inside_bytes = options.memory_bytes - std::min(options.memory_bytes, outside_bytes);
  return std::max(options.memory_bytes / 2, inside_bytes / 14 * 10);
}

Settings settings_of(const OpenOptions& options) {
  Settings settings;
  duckdb_create_config(settings.out());
  auto set = [&](const char* name, const std::string& value) {
    if (duckdb_set_config(settings.get(), name, value.c_str()) != DuckDBSuccess) {
      throw Error(ErrorKind::kWarehouse, fmt::format("DuckDB does not know the setting {}", name));
    }
  };
  // Rows have no order of their own here, and without it DuckDB inserts from all threads.
  set("preserve_insertion_order", "false");
  // A third less work for the texts of a load and a file a fifth smaller than in the form that DuckDB 0.10
  // reads.
  set("storage_compatibility_version", "latest");
  // Nothing is ever fetched from a network behind the user's back.
  set("autoinstall_known_extensions", "false");
  if (options.is_read_only) set("access_mode", "READ_ONLY");
  set("memory_limit", fmt::format("{}B", engine_budget(options)));
  if (options.threads > 0) set("threads", fmt::format("{}", options.threads));
  return settings;
}

/// Opens the file at `path`; an error speaks of `name`.
Database open_file(const std::string& path, const std::string& name, const Settings& settings) {
  Database database;
  char* message = nullptr;
  if (duckdb_open_ext(path.empty() ? nullptr : path.c_str(), database.out(), settings.get(), &message) !=
      DuckDBSuccess) {
    Error error = open_failure(message, name);
    duckdb_free(message);
    throw error;
  }
  return database;
}

/// A lock on a folder, which ends with its process at the latest.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
    is_held_ = descriptor_ >= 0 && flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  bool is_held() const { return is_held_; }

 private:
  int descriptor_;
  bool is_held_;
};

/// What mkdtemp makes the name of a folder beside a file from, and the name of the file in it.
constexpr std::string_view kWorkshopStart = ".new-", kWorkshopEnd = "XXXXXX";
constexpr const char* kWorkpiece = "database";

/// A folder beside a file, gone with this object, and held as long.
class Workshop {
 public:
  explicit Workshop(const std::string& path)
      : folder_(fmt::format("{}{}{}", path, kWorkshopStart, kWorkshopEnd)) {
    if (mkdtemp(folder_.data())) lock_.emplace(folder_);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    if (lock_) fs::remove_all(folder_, ignored);
  }

  /// Returns false also when another process took it for one that was left, before it was held.
  bool is_open() const {
    std::error_code ignored;
    return lock_ && lock_->is_held() && fs::exists(folder_, ignored);
  }
  std::string file() const { return folder_ + "/" + kWorkpiece; }

 private:
  std::string folder_;
  std::optional<FolderLock> lock_;  ///< of a folder that was made
};

/// Returns true when a folder holds what a workshop does: a database, and what DuckDB keeps beside it.
bool looks_like_workshop(const fs::path& folder) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (!entry->path().filename().string().starts_with(kWorkpiece)) return false;
  }
  return true;
}

/// Takes away the folders that killed processes left beside a file.
void sweep_workshops(const std::string& path) {
  std::error_code ignored;
  fs::path parent = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
  std::string start = fs::path(path).filename().string().append(kWorkshopStart);
  std::vector<fs::path> left;
  for (fs::directory_iterator entry(parent, ignored), end; entry != end; entry.increment(ignored)) {
    std::string name = entry->path().filename().string();
    if (name.starts_with(start) && name.size() == start.size() + kWorkshopEnd.size() &&
        entry->is_directory(ignored) && looks_like_workshop(entry->path()))
      left.push_back(entry->path());
  }
  for (const auto& folder : left) {
    FolderLock lock(folder.string());
    if (lock.is_held()) fs::remove_all(folder, ignored);
  }
}

/// Makes an empty database elsewhere and gives it its name when it is complete. Where that cannot be done (no
/// such folder, no links, another process was faster), opening it goes on as if this had not been tried.
void make_file(const std::string& path, const Settings& settings) {
  Workshop workshop(path);
  if (!workshop.is_open()) return;
  open_file(workshop.file(), path, settings);
  std::error_code ignored;
  fs::create_hard_link(workshop.file(), path, ignored);
}

}  // namespace

Database open_database(const std::string& path, const OpenOptions& options) {
  Settings settings = settings_of(options);
  std::error_code ignored;
  if (!path.empty() && !options.is_read_only) {
    sweep_workshops(path);
    if (!fs::exists(path, ignored)) make_file(path, settings);
  }
  return open_file(path, path, settings);
}

Connection connect(const Database& database) {
  Connection connection;
  if (duckdb_connect(database.get(), connection.out()) != DuckDBSuccess) {
    throw Error(ErrorKind::kWarehouse, "DuckDB refused a connection to an open database");
  }
  return connection;
}

}  // namespace starlift::duckdb
