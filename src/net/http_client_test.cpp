#include "net/http_client.h"

#include <gmock/gmock.h>

#include <future>

#include "net/retry.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Failure = HttpResponse::Failure;

constexpr RetryPolicy kOnce{.max_attempts = 1};
constexpr RetryPolicy kQuick{.max_attempts = 5,
                             .first_delay = std::chrono::milliseconds(1),
                             .longest_delay = std::chrono::milliseconds(2)};

HttpResponse send(const HttpRequest& request, const RetryPolicy& policy = kOnce) {
  HttpClient client({.connect_timeout_s = 2, .silence_s = 1, .ca_file = {}});
  return send_with_retries(client, policy, [&] { return request; });
}

TEST(HttpClient, SendsTheRequestAsItIs) {
  LoopbackServer server(
      [](const std::string&) { return http_answer(200, "fine", "X-One: 1\r\nX-ONE:  2 \r\n"); });
  auto response = send({.method = "PUT",
                        .endpoint = server.endpoint(),
                        .path = "/a/../b//%2F",
                        .query = {{"b", ""}, {"a", "/"}},
                        .headers = {{"x-empty", ""}, {"x-two", "2"}},
                        .body = std::string("\0body", 5)});
  EXPECT_TRUE(response.is_success());
  EXPECT_EQ(response.body, "fine");
  EXPECT_EQ(response.header("x-one"), "2");
  EXPECT_EQ(response.header("x-on"), std::nullopt);
  std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, StartsWith("PUT /a/../b//%2F?a=%2F&b= HTTP/1.1\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nx-empty:\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nx-two: 2\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(sent, Not(HasSubstr("Content-Type")));
  EXPECT_THAT(sent, Not(HasSubstr("Expect")));
  EXPECT_TRUE(sent.ends_with(std::string("\r\n\r\n\0body", 9)));
}

TEST(HttpClient, ARedirectIsAnAnswerAndIsNotFollowed) {
  LoopbackServer elsewhere([](const std::string&) { return http_answer(200, "stolen"); });
  LoopbackServer server([&](const std::string&) {
    return http_answer(307, "", "Location: " + elsewhere.endpoint().origin() + "/\r\n");
  });
  EXPECT_EQ(send({.endpoint = server.endpoint(), .headers = {{"authorization", "secret"}}}).status, 307);
  EXPECT_TRUE(elsewhere.requests().empty());
}

TEST(HttpClient, ABodyThatEndsEarlyIsAFailure) {
  for (const char* cut : {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Le",
                          "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"}) {
    LoopbackServer server([&](const std::string&) { return std::string(cut); });
    EXPECT_EQ(send({.endpoint = server.endpoint()}).failure, Failure::kBroken) << cut;
  }
}

TEST(HttpClient, AnAnswerMayNotBeLargerThanAllowed) {
  LoopbackServer server([](const std::string&) { return http_answer(200, std::string(100'000, 'x')); });
  EXPECT_EQ(send({.endpoint = server.endpoint(), .max_answer_bytes = 99'999}).failure,
            Failure::kAnswerTooBig);
  EXPECT_TRUE(send({.endpoint = server.endpoint(), .max_answer_bytes = 100'000}).is_success());
}

TEST(HttpClient, EndlessHeadersAreAFailure) {
  LoopbackServer server([](const std::string&) {
    std::string headers;
    for (int i = 0; i < 5000; ++i)
      headers += "X-Long: " + std::string(50, 'x') + "\r\n";
    return http_answer(200, "", headers);
  });
  EXPECT_EQ(send({.endpoint = server.endpoint()}).failure, Failure::kBroken);
}

TEST(HttpClient, SilenceIsAFailure) {
  std::promise<void> is_over;
  auto until = is_over.get_future().share();
  LoopbackServer server([&](const std::string&) {
    until.wait();
    return std::string();
  });
  EXPECT_EQ(send({.endpoint = server.endpoint()}).failure, Failure::kBroken);
  is_over.set_value();
}

TEST(HttpClient, ADripIsAFailure) {
  std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n";
  std::promise<void> is_over;
  auto until = is_over.get_future().share();
  LoopbackServer server([&](const std::string&, const LoopbackServer::Send& send) {
    send(head);
    while (until.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout)
      send("drip");
    return std::string();
  });
  HttpClient client({.connect_timeout_s = 0, .silence_s = 1, .least_bytes_per_s = 4000, .ca_file = {}});
  auto began = std::chrono::steady_clock::now();
  HttpRequest request{.endpoint = server.endpoint(), .max_answer_bytes = 4000};
  EXPECT_EQ(send_with_retries(client, kOnce, [&] { return request; }).failure, Failure::kBroken);
  auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GT(took, std::chrono::milliseconds(2900)) << "3 s, which libcurl's clock counts a little short";
  EXPECT_LT(took, std::chrono::seconds(10));
  is_over.set_value();
}

TEST(HttpClient, ADeadPortIsUnreachable) {
  Endpoint endpoint;
  {
    LoopbackServer server([](const std::string&) { return std::string(); });
    endpoint = server.endpoint();
  }
  auto response = send({.endpoint = endpoint});
  EXPECT_EQ(response.failure, Failure::kUnreachable);
  EXPECT_THAT(response.failure_text, HasSubstr("connect"));
}

TEST(HttpClient, EndsWhileRequestsAreUnderWay) {
  std::promise<void> is_over;
  auto until = is_over.get_future().share();
  LoopbackServer server([&](const std::string&) {
    until.wait();
    return std::string();
  });
  {
    HttpClient client({});
    client.start(HttpRequest{.endpoint = server.endpoint()},
                 [](HttpResponse&&) { FAIL() << "it was given up"; });
    client.start_after(std::chrono::hours(1), [] {});
  }
  is_over.set_value();
}

TEST(Retry, TriesAgainWhatPassesAndMakesEachRequestAnew) {
  int count = 0;
  LoopbackServer server([&](const std::string&) {
    return ++count == 1 ? std::string() : http_answer(count == 2 ? 503 : 200, "");
  });
  HttpClient client({});
  int made = 0;
  auto response = send_with_retries(client, kQuick, [&] {
    return HttpRequest{.endpoint = server.endpoint(), .path = "/" + std::to_string(++made)};
  });
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(server.requests().at(2), StartsWith("GET /3 "));
}

TEST(Retry, LeavesTheLastAnswerWhenItGivesUp) {
  LoopbackServer server([](const std::string&) { return http_answer(503, "busy"); });
  EXPECT_EQ(send({.endpoint = server.endpoint()}, kQuick).body, "busy");
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST(Retry, IsAtOnceFinalOnWhatCannotPass) {
  for (int status : {400, 403, 404, 412, 501}) {
    LoopbackServer server([&](const std::string&) { return http_answer(status, ""); });
    EXPECT_EQ(send({.endpoint = server.endpoint()}, kQuick).status, status);
    EXPECT_EQ(server.requests().size(), 1u) << status;
  }
}

TEST(Retry, ThrowsWhatMakingTheRequestThrew) {
  HttpClient client({});
  EXPECT_THROW(send_with_retries(client, kQuick, []() -> HttpRequest { throw std::logic_error("no"); }),
               std::logic_error);
}

TEST(Backoff, GrowsUpToItsBoundAndEnds) {
  RetryPolicy policy{.max_attempts = 8};
  Backoff backoff(policy);
  int64_t bound = 100;
  for (int i = 1; i < 8; ++i, bound = std::min<int64_t>(bound * 2, 10'000)) {
    auto delay = backoff.next();
    ASSERT_TRUE(delay);
    EXPECT_LE(delay->count(), bound);
  }
  EXPECT_FALSE(backoff.next());
}

}  // namespace
}  // namespace starlift
