#include "doctor/server_reach.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "base/error.h"

namespace starlift {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(10);
constexpr int kPollMs = 100;
/// Length 8, then the code 80877103.
constexpr std::array<unsigned char, 8> kSslRequest = {0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f};

class Socket {
 public:
  explicit Socket(const addrinfo& address)
      : number_(socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~Socket() {
    if (number_ >= 0) close(number_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int number() const { return number_; }

  /// Returns false when nothing happened in time.
  bool wait_for(short events, Clock::time_point until, const Cancellation& cancellation) const {
    pollfd state{.fd = number_, .events = events, .revents = 0};
    for (;;) {
      int ready = poll(&state, 1, kPollMs);
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
      cancellation.check();
      if (Clock::now() > until) return false;
    }
  }

 private:
  int number_;
};

std::string numeric(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return text.data();
}

/// Returns why not; empty when the connection stands.
std::string connect_to(const Socket& socket, const addrinfo& address, const Cancellation& cancellation) {
  if (socket.number() < 0) return std::strerror(errno);
  if (connect(socket.number(), address.ai_addr, address.ai_addrlen) == 0) return {};
  if (errno != EINPROGRESS) return std::strerror(errno);
  if (!socket.wait_for(POLLOUT, Clock::now() + kPatience, cancellation)) return "nothing answers";
  int reason = 0;
  socklen_t size = sizeof(reason);
  getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &reason, &size);
  return reason == 0 ? std::string() : std::strerror(reason);
}

bool asks_for_tls(const Socket& socket, const Cancellation& cancellation) {
  char answer = 0;
  return send(socket.number(), kSslRequest.data(), kSslRequest.size(), MSG_NOSIGNAL) > 0 &&
         socket.wait_for(POLLIN, Clock::now() + kPatience, cancellation) &&
         recv(socket.number(), &answer, 1, 0) == 1 && answer == 'S';
}

}  // namespace

ServerReach reach_server(const std::string& host, const std::string& port, const Cancellation& cancellation) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failure = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  if (failure != 0) {
    throw Error(ErrorKind::kWarehouse,
                fmt::format("there is no host {}: {}; is [CLUSTER] HOST right, and does the "
                            "cluster exist?",
                            host, gai_strerror(failure)));
  }
  std::string reasons;
  for (const addrinfo* address = found; address; address = address->ai_next) {
    Socket socket(*address);
    std::string reason = connect_to(socket, *address, cancellation);
    if (reason.empty()) return {numeric(*address), asks_for_tls(socket, cancellation)};
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : ", ", numeric(*address), reason);
  }
  throw Error(
      ErrorKind::kWarehouse,
      fmt::format(
          "no connection to {}:{} ({}); is the port right, does a security group or firewall let this "
          "machine in, and is the cluster public if this machine is outside its VPC?",
          host, port, reasons));
}

}  // namespace starlift
