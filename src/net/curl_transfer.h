#pragma once

#include <curl/curl.h>

#include <memory>
#include <vector>

#include "net/http_client.h"

namespace starlift {

/// One request on its way through libcurl; used for one after another, so that options are set once.
class CurlTransfer {
 public:
  /// `share` holds the TLS sessions that transfers have in common; it and `options` must outlive this.
  CurlTransfer(const HttpClient::Options& options, CURLSH* share);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  CURL* handle() const { return handle_.get(); }

  void begin(PreparedRequest request, HttpClient::Done done);

  /// Returns what came of it. Call when libcurl is done with the handle; then tell `done`.
  HttpResponse finish(CURLcode code);
  HttpClient::Done take_done() { return std::move(done_); }

 private:
  static size_t take_header(char* bytes, size_t, size_t size, void* self);
  static size_t take_body(char* bytes, size_t, size_t size, void* self);
  void set_method();
  void set_headers();
  std::chrono::milliseconds longest_time() const;
  std::chrono::microseconds time_waited() const;
  HttpResponse::Failure failure_of(CURLcode code) const;

  const HttpClient::Options& options_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  PreparedRequest request_;
  std::vector<curl_slist> header_list_;  ///< of the request's lines
  HttpResponse response_;
  HttpClient::Done done_;
  bool is_too_big_ = false;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace starlift
