#include "base/process.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>

namespace starlift {

uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;  // Linux gives KiB (getrusage(2))
}

double cpu_time_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

size_t raise_open_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  rlimit raised{limit.rlim_max, limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string format_time(int64_t time_us) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(time_us / 1'000'000)));
}

std::optional<int64_t> process_start_us(int64_t process_id) {
  // proc(5): field 22 is the start in clock ticks since boot; field 2, the name, may hold blanks and
  // parentheses.
  std::ifstream file(fmt::format("/proc/{}/stat", process_id));
  std::string stat{std::istreambuf_iterator<char>(file), {}};
  size_t name_end = stat.rfind(')');
  if (name_end == stat.npos) return std::nullopt;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number)
    fields >> field;
  double uptime_s = 0;
  std::ifstream("/proc/uptime") >> uptime_s;
  double age_s = uptime_s - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return now_us() - static_cast<int64_t>(age_s * 1e6);
}

}  // namespace starlift
