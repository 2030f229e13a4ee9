#include "net/program_output.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

namespace starlift {

namespace {

constexpr int kCancellationIntervalMs = 100;
constexpr std::chrono::milliseconds kEndInterval{5}, kGrace{50};

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~Pipe() {
    for (int end : ends_)
      if (end >= 0) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() { ::close(std::exchange(ends_[1], -1)); }

 private:
  std::array<int, 2> ends_{};
};

/// Whether this process may ask on the terminal, which then tells all of its group of Ctrl-C.
bool is_in_foreground() {
  int terminal = ::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return false;
  bool is_so = ::tcgetpgrp(terminal) == ::getpgrp();
  ::close(terminal);
  return is_so;
}

/// A process that was started here; killed when nobody waited for its end.
class Child {
 public:
  /// Starts the command, with `output` as its standard output. It takes the signals that our threads leave to
  /// one of them. Only in the foreground it stays in our group: in one of its own it could not ask there.
  Child(const std::string& command, int output) : has_own_group_(!is_in_foreground()) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t ending;  // a shell that starts us in its background has them ignored
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    posix_spawnattr_setsigdefault(&attributes, &ending);
    posix_spawnattr_setpgroup(&attributes, 0);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (has_own_group_ ? POSIX_SPAWN_SETPGROUP : 0);
    posix_spawnattr_setflags(&attributes, static_cast<short>(flags));
    std::string shell = "sh", option = "-c", text = command;
    std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
    if (::posix_spawn(&id_, "/bin/sh", &files, &attributes, arguments.data(), environ) != 0) id_ = -1;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  }
  ~Child() {
    if (!is_running()) return;
    ::kill(has_own_group_ ? -id_ : id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool is_running() const { return id_ > 0; }

  /// Returns whether it ended well; nothing when it has not ended.
  std::optional<bool> result() {
    int status = 0;
    if (::waitpid(id_, &status, WNOHANG) == 0) return std::nullopt;
    id_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  const bool has_own_group_;
  pid_t id_ = -1;
};

/// Reads to the end, or as much as there may be.
std::string read_all(int file, size_t max_bytes, const Cancellation* cancellation) {
  std::string output;
  std::array<char, 4096> buffer{};
  while (output.size() < max_bytes) {
    if (cancellation) cancellation->check();
    pollfd waiting{.fd = file, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kCancellationIntervalMs) <= 0) continue;
    ssize_t count = ::read(file, buffer.data(), std::min(buffer.size(), max_bytes - output.size()));
    if (count <= 0) break;
    output.append(buffer.data(), static_cast<size_t>(count));
  }
  return output;
}

}  // namespace

std::optional<std::string> run_program(const std::string& command, size_t max_bytes,
                                       const Cancellation* cancellation) {
  // The terminal's Ctrl-C has passed: in our group, what the program starts itself would outlive it.
  if (cancellation) cancellation->check();
  std::string output;
  std::optional<Child> child;
  {
    Pipe pipe;
    child.emplace(command, pipe.writer());
    if (pipe.reader() < 0 || !child->is_running()) return std::nullopt;
    pipe.close_writer();
    output = read_all(pipe.reader(), max_bytes, cancellation);
  }
  for (;;) {
    auto is_well = child->result();
    if (is_well && *is_well) return output;
    // What ended it may be the Ctrl-C that is about to reach us, too.
    if (is_well && cancellation) std::this_thread::sleep_for(kGrace);
    if (cancellation) cancellation->check();
    if (is_well) return std::nullopt;
    std::this_thread::sleep_for(kEndInterval);
  }
}

}  // namespace starlift
