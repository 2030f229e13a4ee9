#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace starlift {

/// Returns the largest resident size this process has had.
uint64_t peak_memory_bytes();

/// Returns the processor time that this process has used on all cores, its own and the system's for it.
double cpu_time_s();

/// Lets this process open as many files and sockets as the system permits it; returns how many.
size_t raise_open_file_limit();

/// Returns the time now in microseconds since 1970-01-01 UTC.
int64_t now_us();

/// Returns a time as "2018-11-01 21:01:46" in UTC.
std::string format_time(int64_t time_us);

/// Returns when a process of this machine started; nothing when there is none, or it cannot be seen.
std::optional<int64_t> process_start_us(int64_t process_id);

}  // namespace starlift
