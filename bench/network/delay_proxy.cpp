// Stands between a client and a server on loopback and hands every byte on later by a fixed time, each way,
// as a network of that distance would. A connection's first bytes wait a round trip longer, which is what its
// handshake would have taken. Prints the port that it listens on and runs until it is killed.
//
// usage: delay_proxy SERVER_PORT DELAY_MS

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// One side of a connection.
struct Socket {
  int file;
  std::shared_ptr<Socket> self;  ///< while it may still receive
  std::weak_ptr<Socket> peer;
  std::string unsent;             ///< what was due and did not fit
  Clock::duration extra_delay{};  ///< of the next bytes from here
  Clock::time_point last_due{};   ///< nothing reaches this side before
  bool is_ending = false;         ///< its stream ends with what is unsent

  explicit Socket(int opened) : file(opened) {
    int on = 1;
    if (file < 0 || setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) fail("socket");
  }
  Socket(const Socket&) = delete;
  ~Socket() { close(file); }

  void send(std::string_view bytes) {
    if (unsent.empty()) {
      ssize_t sent = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      bool is_lost = sent < 0 && errno != EAGAIN;
      bytes.remove_prefix(is_lost ? bytes.size() : static_cast<size_t>(std::max<ssize_t>(sent, 0)));
    }
    unsent += bytes;
    if (is_ending && unsent.empty()) shutdown(file, SHUT_WR);
  }
};

/// Bytes on their way; none: the end of the stream.
struct Parcel {
  Clock::time_point due;
  size_t number;  ///< keeps the order of those that are due at once
  std::shared_ptr<Socket> to;
  std::string bytes;

  bool operator<(const Parcel& other) const {
    return std::tie(other.due, other.number) < std::tie(due, number);  // the top is what is due next
  }
};

class DelayProxy {
 public:
  DelayProxy(uint16_t server_port, Clock::duration delay) : server_(loopback(server_port)), delay_(delay) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listening_, 4096) != 0)
      fail("listen");
    getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    watch(listening_, EPOLLIN, nullptr);
  }

  [[noreturn]] void run() {
    for (epoll_event events[256];;) {
      int count = wait(events, std::size(events));
      for (int i = 0; i < count; ++i) {
        auto* socket = static_cast<Socket*>(events[i].data.ptr);
        if (!socket) {
          accept_all();
        } else {
          if (events[i].events & EPOLLOUT) socket->send(std::exchange(socket->unsent, {}));
          if (events[i].events & ~EPOLLOUT) receive(*socket);
        }
      }
      deliver_due();
    }
  }

 private:
  static sockaddr_in loopback(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void watch(int file, uint32_t events, Socket* socket) {
    epoll_event event{.events = events, .data = {.ptr = socket}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event) != 0) fail("epoll_ctl");
  }

  int wait(epoll_event* events, int max_count) {
    if (parcels_.empty()) return epoll_wait(epoll_, events, max_count, -1);
    auto left = std::max<nanoseconds>(parcels_.top().due - Clock::now(), nanoseconds(0));
    timespec timeout{.tv_sec = left.count() / 1'000'000'000, .tv_nsec = left.count() % 1'000'000'000};
    return epoll_pwait2(epoll_, events, max_count, &timeout, nullptr);
  }

  void accept_all() {
    for (int file; (file = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      auto client = std::make_shared<Socket>(file);
      auto server = std::make_shared<Socket>(socket(AF_INET, SOCK_STREAM, 0));
      if (connect(server->file, reinterpret_cast<sockaddr*>(&server_), sizeof server_) != 0) fail("connect");
      client->peer = server;
      server->peer = client;
      client->extra_delay = 2 * delay_;
      for (auto& side : {client, server}) {
        side->self = side;
        watch(side->file, EPOLLIN | EPOLLOUT | EPOLLET, side.get());
      }
    }
  }

  void receive(Socket& from) {
    for (;;) {
      ssize_t count = recv(from.file, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      post(from, {buffer_.data(), static_cast<size_t>(std::max<ssize_t>(count, 0))});
      if (count > 0) continue;
      epoll_ctl(epoll_, EPOLL_CTL_DEL, from.file, nullptr);
      from.self.reset();  // `from` is gone, but for what is on its way to it
      return;
    }
  }

  void post(Socket& from, std::string_view bytes) {
    auto to = from.peer.lock();
    if (!to) return;
    to->last_due = std::max(to->last_due, Clock::now() + delay_ + std::exchange(from.extra_delay, {}));
    parcels_.push({to->last_due, ++posted_, to, std::string(bytes)});
  }

  void deliver_due() {
    while (!parcels_.empty() && parcels_.top().due <= Clock::now()) {
      Socket& to = *parcels_.top().to;
      to.is_ending = parcels_.top().bytes.empty();
      to.send(parcels_.top().bytes);
      parcels_.pop();
    }
  }

  sockaddr_in server_;
  const Clock::duration delay_;
  const int listening_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int epoll_ = epoll_create1(0);
  std::priority_queue<Parcel> parcels_;
  size_t posted_ = 0;
  std::vector<char> buffer_ = std::vector<char>(64 << 10);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: delay_proxy SERVER_PORT DELAY_MS\n");
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  DelayProxy(static_cast<uint16_t>(std::atoi(argv[1])), std::chrono::milliseconds(std::atoi(argv[2]))).run();
}
