#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/uri.h"

namespace starlift {

/// A server for tests that answers each request, from its head and body, with the bytes that a function
/// gives, and closes the connection afterwards. An empty answer closes it at once. One connection at a time.
class LoopbackServer {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  /// Sends some bytes of the answer already.
  using Send = std::function<void(const std::string& bytes)>;
  using SlowAnswer = std::function<std::string(const std::string& request, const Send& send)>;

  explicit LoopbackServer(Answer answer)
      : LoopbackServer(SlowAnswer([answer = std::move(answer)](const std::string& request, const Send&) {
          return answer(request);
        })) {}

  explicit LoopbackServer(SlowAnswer answer)
      : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    (void)::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, SOMAXCONN);  // one that finds no place comes again a second later
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }

  ~LoopbackServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  Endpoint endpoint() const { return {.is_tls = false, .authority = fmt::format("127.0.0.1:{}", port_)}; }

  /// The requests so far, each as it came.
  std::vector<std::string> requests() {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (int connection; (connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      answer_one(connection);
      ::close(connection);
    }
  }

  /// Does nothing when the client goes away before it has asked.
  void answer_one(int connection) {
    std::string request = read_request(connection);
    if (request.empty()) return;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    auto send = [connection](const std::string& bytes) {
      (void)::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    };
    send(answer_(request, send));
  }

  static std::string read_request(int connection) {
    std::string request;
    for (char buffer[4096]; !is_complete(request);) {
      ssize_t count = ::recv(connection, buffer, sizeof(buffer), 0);
      if (count <= 0) break;
      request.append(buffer, static_cast<size_t>(count));
    }
    return request;
  }

  static bool is_complete(const std::string& request) {
    size_t head = request.find("\r\n\r\n");
    if (head == request.npos) return false;
    size_t length = request.find("Content-Length: ");
    size_t body = length == request.npos ? 0 : std::stoul(request.substr(length + 16, 20));
    return request.size() >= head + 4 + body;
  }

  SlowAnswer answer_;
  int listener_;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// An answer with its length.
inline std::string http_answer(int status, const std::string& body, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 {} Said\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n{}", status,
                     body.size(), headers, body);
}

}  // namespace starlift
