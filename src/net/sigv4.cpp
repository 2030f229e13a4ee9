#include "net/sigv4.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace starlift {

namespace {

constexpr const char* kAlgorithm = "AWS4-HMAC-SHA256";

/// The request in the one form that both sides hash, and the names of the headers in it.
struct CanonicalRequest {
  std::string text;
  std::string signed_headers;
};

CanonicalRequest canonical_form(const HttpRequest& request, const std::string& body_hash) {
  HttpHeaders headers = request.headers;
  headers.emplace_back("host", request.endpoint.authority);
  // By name alone: "x-amz-meta-a" comes before "x-amz-meta-a-b".
  std::sort(headers.begin(), headers.end());
  std::string lines, names;
  for (const auto& [name, value] : headers) {
    lines += fmt::format("{}:{}\n", name, value);
    names += fmt::format("{}{}", names.empty() ? "" : ";", name);
  }
  std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path,
                                 encode_query(request.query), lines, names, body_hash);
  return {std::move(text), std::move(names)};
}

std::string hash_of_body(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (name == "x-amz-content-sha256") return value;
  }
  return to_hex(bytes_of(sha256(request.body)));
}

}  // namespace

RequestSigner::RequestSigner(std::string service, std::string region)
    : service_(std::move(service)), region_(std::move(region)) {}

void RequestSigner::sign(HttpRequest& request, const Credentials& credentials, int64_t time_us) {
  if (credentials.is_anonymous()) return;
  std::string time =
      fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(static_cast<std::time_t>(time_us / 1'000'000)));
  std::string day = time.substr(0, 8);

  std::string body_hash = hash_of_body(request);
  request.headers.emplace_back("x-amz-date", time);
  if (!credentials.session_token.is_empty()) {
    request.headers.emplace_back("x-amz-security-token", credentials.session_token.reveal());
    request.secrets.push_back(credentials.session_token);
  }
  bool has_body_hash = std::any_of(request.headers.begin(), request.headers.end(),
                                   [](const auto& header) { return header.first == "x-amz-content-sha256"; });
  if (service_ == "s3" && !has_body_hash) request.headers.emplace_back("x-amz-content-sha256", body_hash);

  auto canonical = canonical_form(request, body_hash);
  std::string scope = fmt::format("{}/{}/{}/aws4_request", day, region_, service_);
  std::string to_sign =
      fmt::format("{}\n{}\n{}\n{}", kAlgorithm, time, scope, to_hex(bytes_of(sha256(canonical.text))));
  Sha256 key = day_key(credentials.secret_key, day);
  std::string signature = to_hex(bytes_of(hmac_sha256(bytes_of(key), to_sign)));
  request.headers.emplace_back(
      "authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                                   credentials.access_key_id, scope, canonical.signed_headers, signature));
}

Sha256 RequestSigner::day_key(const Secret& secret_key, const std::string& day) {
  std::lock_guard lock(mutex_);
  if (cached_day_ != day || !(cached_secret_ == secret_key)) {
    Sha256 key = hmac_sha256("AWS4" + secret_key.reveal(), day);
    for (std::string_view part :
         {std::string_view(region_), std::string_view(service_), std::string_view("aws4_request")})
      key = hmac_sha256(bytes_of(key), part);
    cached_key_ = key;
    cached_day_ = day;
    cached_secret_ = secret_key;
  }
  return cached_key_;
}

}  // namespace starlift
