/// A disk that fails, to be preloaded. FAILING_DISK="MODE CALL FOLDER" counts the calls that write to files
/// below FOLDER or sync them, and from the one with number CALL on lets fail with
///   full    every write that lets a file grow (ENOSPC); the first of them still writes half of its bytes
///   broken  that call alone (EIO)
///   dead    every call (EIO)
/// and says so on stderr, once. CALL 0 fails nothing and tells every call.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

enum class Verdict { kPasses, kIsCut, kFails };

struct Setting {
  std::string mode, folder;
  long call = -1;

  Setting() {
    const char* text = std::getenv("FAILING_DISK");
    char first[16], rest[4096];
    if (!text || std::sscanf(text, "%15s %ld %4095s", first, &call, rest) != 3) return;
    mode = first;
    folder = rest;
  }
};

std::string path_of(int file) {
  char path[4096];
  ssize_t size = readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), path, sizeof path);
  return {path, size < 0 ? 0 : static_cast<size_t>(size)};
}

/// Judges the next call; `end` is where a write ends, and 0 for a sync. Leaves errno set when it fails.
Verdict judge(int file, const char* name, off_t end) {
  static const Setting kSetting;
  static std::atomic<long> calls = 0;
  static std::atomic_flag has_failed;
  std::string path = path_of(file);
  if (kSetting.call < 0 || !path.starts_with(kSetting.folder)) return Verdict::kPasses;
  long call = ++calls;
  auto tell = [&] { dprintf(STDERR_FILENO, "failing disk: call %ld, %s %s\n", call, name, path.c_str()); };
  if (kSetting.call == 0) tell();
  if (kSetting.call == 0 || call < kSetting.call) return Verdict::kPasses;
  if (kSetting.mode == "broken" && call > kSetting.call) return Verdict::kPasses;
  bool is_full = kSetting.mode == "full";
  struct stat status {};
  if (is_full && (fstat(file, &status) != 0 || end <= status.st_size)) return Verdict::kPasses;
  bool is_first = !has_failed.test_and_set();
  if (is_first) tell();
  errno = is_full ? ENOSPC : EIO;
  return is_full && is_first ? Verdict::kIsCut : Verdict::kFails;
}

/// Where a write of that size ends.
off_t end_of_write(int file, size_t size) {
  bool appends = (fcntl(file, F_GETFL) & O_APPEND) != 0;
  return lseek(file, 0, appends ? SEEK_END : SEEK_CUR) + static_cast<off_t>(size);
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

ssize_t judged_write(int file, const void* data, size_t size) {
  static auto* const kReal = real<ssize_t(int, const void*, size_t)>("write");
  Verdict verdict = judge(file, "write", end_of_write(file, size));
  return verdict == Verdict::kFails ? -1 : kReal(file, data, verdict == Verdict::kIsCut ? size / 2 : size);
}

ssize_t judged_pwrite(int file, const void* data, size_t size, off_t offset) {
  static auto* const kReal = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  Verdict verdict = judge(file, "pwrite", offset + static_cast<off_t>(size));
  return verdict == Verdict::kFails ? -1
                                    : kReal(file, data, verdict == Verdict::kIsCut ? size / 2 : size, offset);
}

int judged_sync(const char* name, int file) {
  return judge(file, name, 0) == Verdict::kPasses ? real<int(int)>(name)(file) : -1;
}

}  // namespace

extern "C" {
ssize_t write(int file, const void* data, size_t size) {
  return judged_write(file, data, size);
}
ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
  return judged_pwrite(file, data, size, offset);
}
ssize_t pwrite64(int file, const void* data, size_t size, off_t offset) {
  return judged_pwrite(file, data, size, offset);
}
int fsync(int file) {
  return judged_sync("fsync", file);
}
int fdatasync(int file) {
  return judged_sync("fdatasync", file);
}
int ftruncate(int file, off_t size) {
  return judge(file, "ftruncate", size) == Verdict::kPasses ? real<int(int, off_t)>("ftruncate")(file, size)
                                                            : -1;
}
int ftruncate64(int file, off_t size) {
  return ftruncate(file, size);
}
}
