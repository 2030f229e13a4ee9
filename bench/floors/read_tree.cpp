// What no loader of a tree of files can do without: walk it and stat every file, or walk, open and read them
// all. Prints the count of files and of bytes.
//
// usage: read_tree THREADS stat|read FOLDER...

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

namespace {

uint64_t read_file(const std::string& path) {
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char buffer[64 << 10];
  uint64_t bytes = 0;
  for (ssize_t count; (count = read(file, buffer, sizeof buffer)) > 0;)
    bytes += static_cast<uint64_t>(count);
  close(file);
  return bytes;
}

uint64_t stat_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  int thread_count = argc > 3 ? std::atoi(argv[1]) : 0;
  bool reads = argc > 3 && std::strcmp(argv[2], "read") == 0;
  if (thread_count < 1 || (!reads && std::strcmp(argv[2], "stat") != 0)) {
    std::fprintf(stderr, "usage: read_tree THREADS stat|read FOLDER...\n");
    return 2;
  }
  std::vector<std::string> files;
  for (int i = 3; i < argc; ++i) {
    for (const auto& entry : fs::recursive_directory_iterator(argv[i])) {
      if (entry.is_regular_file()) files.push_back(entry.path().string());
    }
  }
  std::atomic<size_t> next = 0;
  std::atomic<uint64_t> bytes = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      for (size_t file; (file = next++) < files.size();)
        bytes += reads ? read_file(files[file]) : stat_file(files[file]);
    });
  }
  for (auto& thread : threads)
    thread.join();
  std::printf("%zu files, %llu bytes\n", files.size(), static_cast<unsigned long long>(bytes));
}
