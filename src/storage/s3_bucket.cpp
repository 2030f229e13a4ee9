#include "storage/s3_bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "base/process.h"
#include "net/aws_error.h"
#include "net/xml.h"
#include "storage/s3_failure.h"

namespace starlift {

namespace {

/// Where every bucket of AWS's own partition is known.
constexpr const char* kDefaultRegion = "us-east-1";

/// A name that can be part of a host name, and of AWS's certificate, which covers one level only.
bool fits_host_name(std::string_view bucket) {
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return bucket.size() >= 3 && bucket.size() <= 63 && std::all_of(bucket.begin(), bucket.end(), fits);
}

Endpoint aws_endpoint(const std::string& region) {
  const char* suffix = region.starts_with("cn-") ? ".cn" : "";
  return {.is_tls = true, .authority = fmt::format("s3.{}.amazonaws.com{}", region, suffix)};
}

/// The partitions whose regions us-east-1 knows nothing of.
bool is_in_other_partition(std::string_view region) {
  return region.starts_with("cn-") || region.starts_with("us-gov-") || region.starts_with("us-iso");
}

/// The region that an answer names when the request went to another: AWS says it in a header, MinIO in the
/// error's text.
std::optional<std::string> region_named_by(const HttpResponse& response) {
  bool may_be_elsewhere =
      response.failure == HttpResponse::Failure::kNone &&
      (response.status == 301 || response.status == 307 || response.status == 400 || response.status == 403);
  if (!may_be_elsewhere) return std::nullopt;
  auto region = response.header("x-amz-bucket-region");
  std::string named = region ? std::string(*region) : "";
  if (named.empty() && response.body.find("<Region>") != std::string::npos) {
    if (auto root = parse_xml(response.body)) named = root->text_of("Region");
  }
  // What a server says becomes part of a host name.
  auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  bool is_sound = !named.empty() && named.size() < 64 && std::all_of(named.begin(), named.end(), fits);
  return is_sound ? std::optional(named) : std::nullopt;
}

/// Errors that S3 reports with a status that is final for others.
bool is_passing_error(const HttpResponse& response) {
  if (response.failure != HttpResponse::Failure::kNone || (response.status != 400 && response.status != 409))
    return false;
  std::string code = parse_aws_error(response).code;
  return code == "RequestTimeout" || code == "OperationAborted" || code == "BadDigest" ||
         code == "IncompleteBody";
}

}  // namespace

/// One request on its way, however often it is sent.
class S3Bucket::Sending {
 public:
  Sending(std::shared_ptr<S3Bucket> bucket, S3Request request, Inspect inspect)
      : bucket_(std::move(bucket)), request_(std::move(request)), inspect_(std::move(inspect)) {}

  /// Leaves it to `make` to tell of what does not succeed.
  void make_ahead() noexcept {
    made_ahead_at_us_ = now_us();
    try {
      made_ahead_ = sign();
    } catch (...) {
      failed_ahead_ = std::current_exception();
    }
  }

  PreparedRequest make() {
    auto ahead = std::exchange(made_ahead_, std::nullopt);
    auto failure = std::exchange(failed_ahead_, nullptr);
    if (!is_fresh()) return sign();
    if (failure) std::rethrow_exception(failure);
    return ahead ? std::move(*ahead) : sign();
  }

  bool is_to_be_retried(const HttpResponse& response) {
    bool is_damaged = inspect_ && inspect_(response);
    if (response.failure == HttpResponse::Failure::kUnreachable) bucket_->take_detour(*route_);
    if (is_damaged || is_transient(response) || is_passing_error(response)) return true;
    if (response.is_success()) {
      bucket_->has_answered_ = true;
      return false;
    }
    auto region = region_named_by(response);
    if (!region || *region == route_->region) return false;
    bucket_->follow_to(*region);
    return true;
  }

 private:
  static constexpr int64_t kFreshUs = 2'000'000;

  /// Returns whether what was made ahead is still what would be made now.
  bool is_fresh() const {
    int64_t now = now_us();
    bool is_young = made_ahead_at_us_ <= now && now < made_ahead_at_us_ + kFreshUs;
    bool is_valid = !expires_us_ || now + kFreshUs < *expires_us_;
    return is_young && is_valid && route_ == bucket_->route();
  }

  PreparedRequest sign() {
    route_ = bucket_->route();
    Credentials credentials = bucket_->access_.settings().credentials->get();
    expires_us_ = credentials.expires_us;
    return bucket_->make_request(request_, *route_, credentials);
  }

  const std::shared_ptr<S3Bucket> bucket_;
  const S3Request request_;
  const Inspect inspect_;
  std::shared_ptr<const Route> route_;
  std::optional<int64_t> expires_us_;  ///< what it was signed with last; microseconds since 1970
  std::optional<PreparedRequest> made_ahead_;
  std::exception_ptr failed_ahead_;
  int64_t made_ahead_at_us_ = 0;  ///< since 1970, as the signature says it
};

S3Bucket::S3Bucket(std::string name, S3Access& access) : name_(std::move(name)), access_(access) {
  route_ = make_route(access_.settings().region.value_or(kDefaultRegion));
}

std::shared_ptr<const S3Bucket::Route> S3Bucket::make_route(const std::string& region) const {
  const S3Settings& settings = access_.settings();
  auto route = std::make_shared<Route>();
  route->region = region;
  route->endpoint = settings.endpoint.value_or(aws_endpoint(region));
  bool has_path_style =
      settings.has_path_style.value_or(settings.endpoint.has_value() || !fits_host_name(name_));
  if (has_path_style) {
    route->path_prefix = "/" + uri_encode(name_);
  } else {
    route->endpoint.authority = fmt::format("{}.{}", name_, route->endpoint.authority);
  }
  route->signer = std::make_unique<RequestSigner>("s3", region);
  return route;
}

std::shared_ptr<const S3Bucket::Route> S3Bucket::route() const {
  std::lock_guard lock(mutex_);
  return route_;
}

void S3Bucket::follow_to(const std::string& region) {
  std::lock_guard lock(mutex_);
  if (route_->region != region) route_ = make_route(region);
}

/// A region that does not exist has no host either. One where every bucket is known tells where this one is;
/// when that cannot be reached either, the network is at fault, and all stays as it was set.
void S3Bucket::take_detour(const Route& route) {
  const S3Settings& settings = access_.settings();
  bool may_be_elsewhere = !settings.endpoint && settings.region && !has_answered_;
  if (!may_be_elsewhere || is_in_other_partition(*settings.region)) return;
  std::lock_guard lock(mutex_);
  if (route_->region != route.region || *settings.region == kDefaultRegion) return;
  if (route.region == kDefaultRegion) {
    route_ = make_route(*settings.region);
  } else if (route.region == *settings.region && !std::exchange(made_detour_, true)) {
    route_ = make_route(kDefaultRegion);
  }
}

HttpRequest S3Bucket::make_request(const S3Request& request, const Route& route,
                                   const Credentials& credentials) const {
  HttpRequest made{.method = request.method,
                   .endpoint = route.endpoint,
                   .path = fmt::format("{}/{}", route.path_prefix, uri_encode_path(request.key)),
                   .query = request.query,
                   .headers = request.headers,
                   .body = request.body,
                   .max_answer_bytes = request.max_answer_bytes};
  if (access_.settings().requester_pays) made.headers.emplace_back("x-amz-request-payer", "requester");
  is_anonymous_ = credentials.is_anonymous();
  route.signer->sign(made, credentials, now_us());
  return made;
}

std::shared_ptr<S3Bucket::Sending> S3Bucket::prepare(S3Request request, Inspect inspect) {
  auto sending = std::make_shared<Sending>(shared_from_this(), std::move(request), std::move(inspect));
  sending->make_ahead();
  return sending;
}

void S3Bucket::start(S3Request request, Inspect inspect, HttpClient::Done done) {
  start(std::make_shared<Sending>(shared_from_this(), std::move(request), std::move(inspect)),
        std::move(done));
}

void S3Bucket::start(const std::shared_ptr<Sending>& sending, HttpClient::Done done) {
  start_with_retries(
      access_.client(), access_.retry_policy(),
      {.make = [sending] { return sending->make(); },
       .is_to_be_retried =
           [sending](const HttpResponse& response) { return sending->is_to_be_retried(response); },
       .done = std::move(done)});
}

HttpResponse S3Bucket::send(S3Request request, Inspect inspect) {
  struct Answer {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<HttpResponse> response;
  };
  auto answer = std::make_shared<Answer>();
  start(std::move(request), std::move(inspect), [answer](HttpResponse&& response) {
    std::lock_guard lock(answer->mutex);
    answer->response = std::move(response);
    answer->arrived.notify_one();
  });
  std::unique_lock lock(answer->mutex);
  access_.wait(lock, answer->arrived, [&] { return answer->response.has_value(); });
  if (answer->response->error) std::rethrow_exception(answer->response->error);
  return std::move(*answer->response);
}

std::string S3Bucket::find_region() {
  if (!has_answered_) send({.method = "HEAD"});
  return has_answered_ ? route()->region : access_.settings().region.value_or("");
}

void S3Bucket::fail(const char* action, const std::string& key, const HttpResponse& response) const {
  if (response.error) std::rethrow_exception(response.error);
  auto current = route();
  S3Failure failure{.bucket = name_,
                    .key = key,
                    .host = current->endpoint.authority,
                    .region = current->region,
                    .has_endpoint = access_.settings().endpoint.has_value(),
                    .is_anonymous = is_anonymous_};
  std::string message = fmt::format("cannot {} {}: {}", action, url(key), explain_failure(failure, response));
  if (response.failure != HttpResponse::Failure::kNone || is_transient(response)) throw StoreError(message);
  throw Error(ErrorKind::kSource, message);
}

std::string S3Bucket::url(std::string_view key) const {
  return fmt::format("s3://{}/{}", name_, key);
}

}  // namespace starlift
