#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "net/http_client.h"
#include "net/sigv4.h"
#include "storage/s3_access.h"

namespace starlift {

/// A request to a bucket or to an object in it.
struct S3Request {
  std::string method = "GET";
  std::string key;  ///< as it is, not encoded; empty: the bucket
  QueryParameters query;
  HttpHeaders headers;
  std::string body;
  size_t max_answer_bytes = 16 << 20;
};

/// Sends requests to one bucket: addresses, signs and retries them, and follows the bucket to its region.
/// Thread-safe; made with make_shared, since requests may outlive its users.
class S3Bucket : public std::enable_shared_from_this<S3Bucket> {
 public:
  /// Sees every answer, and returns true when one has to be fetched again although it is a success: its body
  /// is damaged.
  using Inspect = std::function<bool(const HttpResponse&)>;

  /// `access` must outlive this, except for what its client does not call any more.
  S3Bucket(std::string name, S3Access& access);

  /// A request that is signed and not sent yet.
  class Sending;
  /// Signs a request that will be started soon; the signature is made anew when it has aged by then or its
  /// credentials are about to expire. Those that are missing are told when it is started. `inspect` (may be
  /// empty) is called in the client's thread.
  std::shared_ptr<Sending> prepare(S3Request request, Inspect inspect);
  /// Starts it, once. `done` is called in the client's thread.
  void start(const std::shared_ptr<Sending>& prepared, HttpClient::Done done);
  /// Signs a request and starts it.
  void start(S3Request request, Inspect inspect, HttpClient::Done done);

  /// Waits for the answer, whatever it is. Throws Error{kInterrupted}, Error{kConfiguration} without
  /// credentials.
  HttpResponse send(S3Request request, Inspect inspect = {});

  /// Returns the bucket's region: the one where it answered last, for which it is asked when it was not yet.
  /// One that gives no answer leaves what the settings say, or nothing. Throws as `send` does.
  std::string find_region();

  /// Throws what went wrong: "cannot <action> s3://bucket/key: ...", with the cause and what to try; a
  /// StoreError unless the store refused it.
  [[noreturn]] void fail(const char* action, const std::string& key, const HttpResponse& response) const;

  const std::string& name() const { return name_; }
  /// Returns "s3://bucket/key".
  std::string url(std::string_view key) const;
  S3Access& access() const { return access_; }

 private:
  /// Where requests go and how they are signed: changes once when the bucket turns out to be elsewhere.
  struct Route {
    std::string region;
    Endpoint endpoint;
    std::string path_prefix;  ///< "/bucket" in path style
    std::unique_ptr<RequestSigner> signer;
  };
  std::shared_ptr<const Route> make_route(const std::string& region) const;
  std::shared_ptr<const Route> route() const;
  void follow_to(const std::string& region);
  void take_detour(const Route& route);
  HttpRequest make_request(const S3Request& request, const Route& route,
                           const Credentials& credentials) const;

  const std::string name_;
  S3Access& access_;
  mutable std::mutex mutex_;  ///< guards route_ and made_detour_
  std::shared_ptr<const Route> route_;
  bool made_detour_ = false;
  std::atomic<bool> has_answered_ = false;          ///< from where route_ leads
  mutable std::atomic<bool> is_anonymous_ = false;  ///< the last request was
};

}  // namespace starlift
