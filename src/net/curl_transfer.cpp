#include "net/curl_transfer.h"

#include <fmt/format.h>

#include <new>

namespace starlift {

namespace {

constexpr size_t kMaxHeaderBytes = 64 << 10;
constexpr size_t kUsualHeaderBytes = 1 << 10;
/// Bytes per second; below it for `silence_s` a connection counts as silent. What drips faster is ended by
/// `least_bytes_per_s`.
constexpr long kSilentBytesPerSecond = 100;

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
  if (curl_easy_setopt(handle, option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

}  // namespace

CurlTransfer::CurlTransfer(const HttpClient::Options& options, CURLSH* share)
    : options_(options), handle_(curl_easy_init(), curl_easy_cleanup) {
  if (!handle_) throw std::bad_alloc();
  CURL* handle = handle_.get();
  set(handle, CURLOPT_PRIVATE, this);
  set(handle, CURLOPT_SHARE, share);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_USERAGENT, "starlift/" STARLIFT_VERSION);
  set(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout_s));
  set(handle, CURLOPT_LOW_SPEED_LIMIT, kSilentBytesPerSecond);
  set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.silence_s));
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_QUICK_EXIT, 1L);  // the end does not wait for a resolver that is stuck
  if (!options.ca_file.empty()) set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  set(handle, CURLOPT_ERRORBUFFER, error_text_);
  set(handle, CURLOPT_HEADERFUNCTION, &CurlTransfer::take_header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_WRITEFUNCTION, &CurlTransfer::take_body);
  set(handle, CURLOPT_WRITEDATA, this);
}

/// What a slow but honest server may take for the largest answer.
std::chrono::milliseconds CurlTransfer::longest_time() const {
  uint64_t bytes = request_.max_answer_bytes + request_.body.size();
  return std::chrono::seconds(options_.connect_timeout_s + 2 * options_.silence_s) +
         std::chrono::milliseconds(bytes * 1000 / options_.least_bytes_per_s);
}

void CurlTransfer::begin(PreparedRequest request, HttpClient::Done done) {
  request_ = std::move(request);
  done_ = std::move(done);
  response_ = {};
  response_.header_lines.reserve(kUsualHeaderBytes);
  is_too_big_ = false;
  error_text_[0] = '\0';

  set(handle(), CURLOPT_URL, request_.url.c_str());
  set(handle(), CURLOPT_TIMEOUT_MS, static_cast<long>(longest_time().count()));
  set(handle(), CURLOPT_NOPROXY, request_.bypasses_proxy ? "*" : nullptr);
  set_method();
  set_headers();
}

void CurlTransfer::set_method() {
  bool has_body = !request_.body.empty() || request_.method == "PUT" || request_.method == "POST";
  if (request_.method == "HEAD") {
    set(handle(), CURLOPT_NOBODY, 1L);
    return;
  }
  if (has_body) {
    set(handle(), CURLOPT_POSTFIELDS, request_.body.data());
    set(handle(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  } else {
    set(handle(), CURLOPT_HTTPGET, 1L);
  }
  bool is_plain = request_.method == (has_body ? "POST" : "GET");
  set(handle(), CURLOPT_CUSTOMREQUEST, is_plain ? nullptr : request_.method.c_str());
}

void CurlTransfer::set_headers() {
  header_list_.clear();
  std::string& lines = request_.header_lines;
  for (size_t begin = 0; begin < lines.size(); begin = lines.find('\0', begin) + 1)
    header_list_.push_back({.data = &lines[begin], .next = nullptr});
  for (size_t i = 1; i < header_list_.size(); ++i)
    header_list_[i - 1].next = &header_list_[i];
  set(handle(), CURLOPT_HTTPHEADER, header_list_.data());
}

size_t CurlTransfer::take_header(char* bytes, size_t, size_t size, void* self) {
  auto& lines = static_cast<CurlTransfer*>(self)->response_.header_lines;
  std::string_view line(bytes, size);
  if (line.starts_with("HTTP/")) lines.clear();  // an interim answer came before
  if (lines.size() + size > kMaxHeaderBytes) return 0;
  lines += line;
  return size;
}

size_t CurlTransfer::take_body(char* bytes, size_t, size_t size, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  auto& body = transfer->response_.body;
  if (body.size() + size > transfer->request_.max_answer_bytes) {
    transfer->is_too_big_ = true;
    return 0;
  }
  if (body.empty() && size == CURL_MAX_WRITE_SIZE) {
    curl_off_t length = -1;
    curl_easy_getinfo(transfer->handle(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length > 0 && static_cast<size_t>(length) <= transfer->request_.max_answer_bytes)
      body.reserve(static_cast<size_t>(length));
  }
  body.append(bytes, size);
  return size;
}

HttpResponse CurlTransfer::finish(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  response_.waited = time_waited();
  response_.failure = failure_of(code);
  bool has_all_headers =
      response_.header_lines.ends_with("\r\n\r\n") || response_.header_lines.ends_with("\n\n");
  if (code == CURLE_OK && !has_all_headers) {  // libcurl takes what came
    response_.failure = HttpResponse::Failure::kBroken;
    response_.failure_text = "the answer ends within its headers";
  } else if (response_.failure != HttpResponse::Failure::kNone)
    response_.failure_text = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  if (is_too_big_) {
    response_.failure_text = fmt::format("the answer is larger than {} bytes", request_.max_answer_bytes);
  }
  // NOBODY also sets the method, so it is undone where it was set.
  if (request_.method == "HEAD") set(handle(), CURLOPT_NOBODY, 0L);
  response_.secrets = std::move(request_.secrets);
  request_ = {};
  return std::move(response_);
}

std::chrono::microseconds CurlTransfer::time_waited() const {
  curl_off_t sent_us = 0, ended_us = 0;
  curl_easy_getinfo(handle(), CURLINFO_PRETRANSFER_TIME_T, &sent_us);
  curl_easy_getinfo(handle(), CURLINFO_TOTAL_TIME_T, &ended_us);
  return std::chrono::microseconds(ended_us - sent_us);
}

HttpResponse::Failure CurlTransfer::failure_of(CURLcode code) const {
  using Failure = HttpResponse::Failure;
  if (is_too_big_) return Failure::kAnswerTooBig;
  curl_off_t connect_us = 0;
  switch (code) {
    case CURLE_OK:
      return Failure::kNone;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_URL_MALFORMAT:
      return Failure::kUnreachable;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:  // of a proxy that does not reach the host, too
      curl_easy_getinfo(handle(), CURLINFO_PRETRANSFER_TIME_T, &connect_us);
      return connect_us == 0 ? Failure::kUnreachable : Failure::kBroken;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Failure::kUntrusted;
    default:
      return Failure::kBroken;
  }
}

}  // namespace starlift
