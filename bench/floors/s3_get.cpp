// What no reader of many small objects can do without: a bare libcurl multi loop that signs each request as
// starlift does, keeps a number of them under way, and has its connections share TLS sessions. Each line of
// KEYS is "size key"; prints the count of objects and of bytes and the seconds of the fetching alone, and
// fails when a body is not as long as its line says.
//
// usage: s3_get ENDPOINT BUCKET CONCURRENCY KEYS, with the key and the secret in AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, and certificates to trust in AWS_CA_BUNDLE

#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <string>
#include <vector>

#include "base/process.h"
#include "net/sigv4.h"

namespace {

using namespace starlift;

struct Object {
  size_t size_bytes;
  std::string key;
};

struct Transfer {
  CURL* handle = curl_easy_init();
  curl_slist* headers = nullptr;
  const Object* object = nullptr;
  size_t received_bytes = 0;

  static size_t take(char*, size_t, size_t size, void* self) {
    static_cast<Transfer*>(self)->received_bytes += size;
    return size;
  }
};

class BareLoop {
 public:
  BareLoop(const char* endpoint, std::string bucket, size_t concurrency)
      : endpoint_(parse_endpoint(endpoint)), bucket_(std::move(bucket)), transfers_(concurrency) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(concurrency));
    curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    const char* certificates = std::getenv("AWS_CA_BUNDLE");
    for (auto& transfer : transfers_) {
      curl_easy_setopt(transfer.handle, CURLOPT_PRIVATE, &transfer);
      curl_easy_setopt(transfer.handle, CURLOPT_SHARE, share_);
      curl_easy_setopt(transfer.handle, CURLOPT_PATH_AS_IS, 1L);
      curl_easy_setopt(transfer.handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
      curl_easy_setopt(transfer.handle, CURLOPT_WRITEFUNCTION, &Transfer::take);
      curl_easy_setopt(transfer.handle, CURLOPT_WRITEDATA, &transfer);
      if (certificates) curl_easy_setopt(transfer.handle, CURLOPT_CAINFO, certificates);
    }
  }

  /// Returns the bytes of all bodies.
  size_t fetch(const std::vector<Object>& objects) {
    size_t next = 0, done = 0, bytes = 0;
    for (auto& transfer : transfers_) {
      if (next < objects.size()) send(transfer, objects[next++]);
    }
    while (done < objects.size()) {
      int running = 0, left = 0;
      curl_multi_perform(multi_, &running);
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        Transfer& transfer = finish(*message);
        bytes += transfer.received_bytes;
        ++done;
        if (next < objects.size()) send(transfer, objects[next++]);
      }
      if (done < objects.size()) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
    return bytes;
  }

 private:
  void send(Transfer& transfer, const Object& object) {
    HttpRequest request{.endpoint = endpoint_, .path = "/" + bucket_ + "/" + uri_encode_path(object.key)};
    signer_.sign(request, credentials_, now_us());
    curl_slist_free_all(transfer.headers);
    transfer.headers = nullptr;
    for (const auto& [name, value] : request.headers)
      transfer.headers = curl_slist_append(transfer.headers, (name + ": " + value).c_str());
    curl_easy_setopt(transfer.handle, CURLOPT_URL, (endpoint_.origin() + request.path).c_str());
    curl_easy_setopt(transfer.handle, CURLOPT_HTTPHEADER, transfer.headers);
    transfer.object = &object;
    transfer.received_bytes = 0;
    curl_multi_add_handle(multi_, transfer.handle);
  }

  Transfer& finish(const CURLMsg& message) {
    Transfer* transfer = nullptr;
    long status = 0;
    curl_easy_getinfo(message.easy_handle, CURLINFO_PRIVATE, &transfer);
    curl_easy_getinfo(message.easy_handle, CURLINFO_RESPONSE_CODE, &status);
    if (message.data.result != CURLE_OK || status != 200 ||
        transfer->received_bytes != transfer->object->size_bytes) {
      std::fprintf(stderr, "s3_get: %s: %s, status %ld, %zu bytes\n", transfer->object->key.c_str(),
                   curl_easy_strerror(message.data.result), status, transfer->received_bytes);
      std::exit(1);
    }
    curl_multi_remove_handle(multi_, message.easy_handle);
    return *transfer;
  }

  const Endpoint endpoint_;
  const std::string bucket_;
  const Credentials credentials_{.access_key_id = std::getenv("AWS_ACCESS_KEY_ID"),
                                 .secret_key = Secret(std::getenv("AWS_SECRET_ACCESS_KEY")),
                                 .session_token = {},
                                 .expires_us = {}};
  RequestSigner signer_{"s3", "us-east-1"};
  CURLM* multi_ = curl_multi_init();
  CURLSH* share_ = curl_share_init();
  std::deque<Transfer> transfers_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 || std::atoi(argv[3]) < 1 || !std::getenv("AWS_ACCESS_KEY_ID") ||
      !std::getenv("AWS_SECRET_ACCESS_KEY")) {
    std::fprintf(stderr,
                 "usage: s3_get ENDPOINT BUCKET CONCURRENCY KEYS, with AWS_ACCESS_KEY_ID and "
                 "AWS_SECRET_ACCESS_KEY set\n");
    return 2;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  raise_open_file_limit();
  std::vector<Object> objects;
  std::ifstream keys(argv[4]);
  for (Object object; keys >> object.size_bytes && std::getline(keys >> std::ws, object.key);)
    objects.push_back(object);
  BareLoop loop(argv[1], argv[2], static_cast<size_t>(std::atoi(argv[3])));
  auto began = std::chrono::steady_clock::now();
  size_t bytes = loop.fetch(objects);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%zu objects, %zu bytes\n%.3f s\n", objects.size(), bytes, took.count());
}
