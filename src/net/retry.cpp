#include "net/retry.h"

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <utility>

namespace starlift {

namespace {

using Clock = std::chrono::steady_clock;
using Failure = HttpResponse::Failure;

constexpr auto kCancellationInterval = std::chrono::milliseconds(100);

class Attempts : public std::enable_shared_from_this<Attempts> {
 public:
  Attempts(HttpClient& client, const RetryPolicy& policy, RetryableRequest request)
      : client_(client), policy_(policy), request_(std::move(request)), backoff_(policy) {}

  void send() {
    PreparedRequest made;
    try {
      made = request_.make();
    } catch (...) {
      auto tell = [self = shared_from_this(), error = std::current_exception()] {
        self->request_.done({.failure = Failure::kNotSent, .error = error});
      };
      return client_.start_after(std::chrono::milliseconds(0), std::move(tell));
    }
    client_.start(std::move(made),
                  [self = shared_from_this()](HttpResponse&& response) { self->take(std::move(response)); });
  }

 private:
  void take(HttpResponse&& response) {
    bool is_to_be_retried =
        request_.is_to_be_retried ? request_.is_to_be_retried(response) : is_transient(response);
    bool is_lost =
        response.failure == Failure::kUnreachable && Clock::now() - began_ > policy_.unreachable_for;
    auto delay = is_to_be_retried && !is_lost ? backoff_.next() : std::nullopt;
    if (!delay) return request_.done(std::move(response));
    client_.start_after(*delay, [self = shared_from_this()] { self->send(); });
  }

  HttpClient& client_;
  const RetryPolicy& policy_;
  RetryableRequest request_;
  Backoff backoff_;
  Clock::time_point began_ = Clock::now();
};

}  // namespace

std::optional<std::chrono::milliseconds> Backoff::next() {
  thread_local std::minstd_rand random(std::random_device{}());
  if (attempts_ >= policy_.max_attempts) return std::nullopt;
  auto most = std::min(policy_.longest_delay, policy_.first_delay * (1 << std::min(attempts_ - 1, 16)));
  ++attempts_;
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(0, most.count())(random));
}

bool is_transient(const HttpResponse& response) {
  switch (response.failure) {
    case Failure::kUnreachable:
    case Failure::kBroken:
      return true;
    case Failure::kUntrusted:
    case Failure::kAnswerTooBig:
    case Failure::kNotSent:
      return false;
    case Failure::kNone:
      break;
  }
  int status = response.status;
  return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

void start_with_retries(HttpClient& client, const RetryPolicy& policy, RetryableRequest request) {
  std::make_shared<Attempts>(client, policy, std::move(request))->send();
}

HttpResponse send_with_retries(HttpClient& client, const RetryPolicy& policy,
                               std::function<PreparedRequest()> make,
                               std::function<bool(const HttpResponse&)> is_to_be_retried,
                               const Cancellation* cancellation) {
  auto answer = std::make_shared<std::promise<HttpResponse>>();
  auto future = answer->get_future();
  start_with_retries(client, policy,
                     {.make = std::move(make),
                      .is_to_be_retried = std::move(is_to_be_retried),
                      .done = [answer](HttpResponse&& response) { answer->set_value(std::move(response)); }});
  while (cancellation && future.wait_for(kCancellationInterval) == std::future_status::timeout)
    cancellation->check();
  HttpResponse response = future.get();
  if (response.error) std::rethrow_exception(response.error);
  return response;
}

}  // namespace starlift
