#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "net/prepared_request.h"

namespace starlift {

/// Sends HTTP/1.1 requests, any number at once, from one thread of its own. Connections are kept and used
/// again; certificates are verified; redirects are not followed, so nothing that a request carries
/// reaches another host. Thread-safe.
class HttpClient {
 public:
  struct Options {
    int connect_timeout_s = 10;
    int silence_s = 20;  ///< gives a connection up when next to nothing came or went for so long
    /// Gives a request up that takes longer than to connect, twice the silence, and its body and the largest
    /// answer that it allows at this rate. Few enough for 256 requests to share a line of 8 Mbit/s.
    uint64_t least_bytes_per_s = 4 << 10;
    std::string ca_file;  ///< certificates to trust instead of the system's
  };

  /// Called in the client's thread, once: leave it soon, and start what follows rather than waiting for it.
  using Done = std::function<void(HttpResponse&&)>;

  explicit HttpClient(const Options& options);
  /// Gives up what is under way, without a call of its Done.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void start(PreparedRequest request, Done done);

  /// Runs a task in the client's thread after a while.
  void start_after(std::chrono::milliseconds delay, std::function<void()> task);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace starlift
