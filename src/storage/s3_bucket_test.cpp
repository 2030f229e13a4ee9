#include "storage/s3_bucket.h"

#include <gmock/gmock.h>

#include <future>

#include "base/error.h"
#include "base/process.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

/// Counts how often it is asked.
class CountedCredentials : public CredentialsSource {
 public:
  Credentials get() override {
    ++count;
    if (are_missing) throw Error(ErrorKind::kConfiguration, "none were found");
    return {.access_key_id = "key",
            .secret_key = Secret("secret"),
            .session_token = {},
            .expires_us = now_us() + life_us};
  }

  bool are_missing = false;
  int64_t life_us = 3'600'000'000;
  int count = 0;
};

class S3BucketTest : public testing::Test {
 protected:
  S3BucketTest() {
    settings_.endpoint = server_.endpoint();
    settings_.credentials = credentials_;
  }

  S3Bucket& bucket() {
    if (!bucket_) {
      access_.emplace(settings_, cancellation_);
      bucket_ = std::make_shared<S3Bucket>("bucket", *access_);
    }
    return *bucket_;
  }

  HttpResponse answer_to(const std::shared_ptr<S3Bucket::Sending>& prepared) {
    std::promise<HttpResponse> answer;
    bucket().start(prepared, [&](HttpResponse&& response) { answer.set_value(std::move(response)); });
    return answer.get_future().get();
  }

  LoopbackServer server_{[](const std::string& request) {
    bool is_there = request.find("/eu-north-9/s3/aws4_request") != request.npos;
    return is_there ? http_answer(200, "hello") : http_answer(301, "", "x-amz-bucket-region: eu-north-9\r\n");
  }};
  std::shared_ptr<CountedCredentials> credentials_ = std::make_shared<CountedCredentials>();
  S3Settings settings_;
  Cancellation cancellation_;
  std::optional<S3Access> access_;
  std::shared_ptr<S3Bucket> bucket_;
};

TEST_F(S3BucketTest, WhatWasPreparedBeforeTheRegionWasKnownGoesThereAtOnce) {
  auto prepared = bucket().prepare({.key = "a"}, {});
  EXPECT_EQ(server_.requests().size(), 0u);
  bucket().send({.method = "HEAD"});
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_EQ(answer_to(prepared).body, "hello");
  EXPECT_EQ(server_.requests().size(), 3u);
}

TEST_F(S3BucketTest, WhatWasPreparedIsSentAsItWasSigned) {
  bucket().send({.method = "HEAD"});
  credentials_->count = 0;
  EXPECT_EQ(answer_to(bucket().prepare({.key = "a"}, {})).body, "hello");
  EXPECT_EQ(credentials_->count, 1);
}

TEST_F(S3BucketTest, WhatWasPreparedWithCredentialsThatAreAboutToExpireIsSignedAnew) {
  bucket().send({.method = "HEAD"});
  credentials_->count = 0;
  credentials_->life_us = 1'000'000;
  EXPECT_EQ(answer_to(bucket().prepare({.key = "a"}, {})).body, "hello");
  EXPECT_EQ(credentials_->count, 2);
}

TEST_F(S3BucketTest, CredentialsThatAreMissingAreAskedForOnceAndToldWhenTheRequestIsStarted) {
  credentials_->are_missing = true;
  auto prepared = bucket().prepare({.key = "a"}, {});
  EXPECT_EQ(answer_to(prepared).failure, HttpResponse::Failure::kNotSent);
  EXPECT_EQ(credentials_->count, 1);
}

}  // namespace
}  // namespace starlift
