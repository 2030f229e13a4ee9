#include "storage/s3_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <vector>

#include "net/digest.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

// Against a server that says what a real one seldom does; tests/e2e runs against a real one.

/// Without a `key`, requests go unsigned.
std::unique_ptr<ObjectStore> open_bucket(const LoopbackServer& server, const Cancellation& cancellation,
                                         const std::string& key = {}) {
  S3Settings settings;
  settings.endpoint = server.endpoint();
  settings.credentials = std::make_shared<FixedCredentials>(Credentials{
      .access_key_id = key, .secret_key = Secret("secret"), .session_token = {}, .expires_us = {}});
  settings.retries = {.max_attempts = 4, .first_delay = std::chrono::milliseconds(1)};
  return make_store_opener(std::move(settings), cancellation)({Location::Scheme::kS3, "bucket", "folder"});
}

/// Returns the content, or "gone".
std::string content_of(std::unique_ptr<ObjectReader> reader) {
  if (!reader) return "gone";
  std::string content;
  std::vector<char> buffer(1 << 20);
  while (size_t size = reader->read(buffer))
    content.append(buffer.data(), size);
  EXPECT_EQ(reader->check_integrity(), ObjectReader::Integrity::kUnchanged);
  return content;
}

std::string read(ObjectStore& store, const ObjectInfo& object) {
  return content_of(store.open(object));
}

ObjectInfo object_of(const std::string& etag, uint64_t size_bytes = 5) {
  return {.key = "s3://bucket/folder/a", .size_bytes = size_bytes, .modified_us = 0, .etag = etag};
}

class S3StoreTest : public testing::Test {
 protected:
  Cancellation cancellation_;
};

TEST_F(S3StoreTest, ABodyWhoseChecksumIsWrongIsFetchedAgain) {
  int count = 0;
  LoopbackServer server([&](const std::string&) {
    return http_answer(200, ++count < 3 ? "hallo" : "hello", "x-amz-checksum-crc32: NhCmhg==\r\n");
  });
  EXPECT_EQ(read(*open_bucket(server, cancellation_), object_of("\"e\"")), "hello");
  EXPECT_EQ(count, 3);
}

TEST_F(S3StoreTest, ABodyWhoseChecksumStaysWrongIsAnErrorThatSaysSo) {
  LoopbackServer server(
      [](const std::string&) { return http_answer(200, "hallo", "x-amz-checksum-crc32: NhCmhg==\r\n"); });
  EXPECT_THAT([&] { read(*open_bucket(server, cancellation_), object_of("\"e\"")); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("does not have the checksum")));
}

TEST_F(S3StoreTest, ABodyWhoseLengthStaysWrongIsAnErrorThatSaysSo) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "hell"); });
  EXPECT_THAT([&] { read(*open_bucket(server, cancellation_), object_of("\"e\"")); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("4 bytes came instead of 5")));
}

TEST_F(S3StoreTest, ABodyThatIsNotTheMd5OfItsTagIsFetchedAgain) {
  int count = 0;
  std::string tag = "\"" + md5_hex("hello") + "\"";
  LoopbackServer server([&](const std::string&) {
    return http_answer(200, ++count < 2 ? "hallo" : "hello", "ETag: " + tag + "\r\n");
  });
  EXPECT_EQ(read(*open_bucket(server, cancellation_), object_of(tag)), "hello");
  EXPECT_EQ(count, 2);
}

TEST_F(S3StoreTest, ATagThatOnlyLooksLikeAnMd5IsFoundOut) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "hello"); });
  auto store = open_bucket(server, cancellation_);
  EXPECT_EQ(read(*store, object_of("\"0123456789abcdef0123456789abcdef\"")), "hello");
  EXPECT_EQ(server.requests().size(), 2u);
}

/// An object of two parts, served by ranges; `spoil` changes the answers.
class LargeObject {
 public:
  explicit LargeObject(std::function<void(int request, std::string& part)> spoil)
      : server_([this, spoil = std::move(spoil)](const std::string& request) {
          bool is_second = request.find("range: bytes=8388608-") != request.npos;
          std::string part = content_.substr(is_second ? 8 << 20 : 0, 8 << 20);
          spoil(++count_, part);
          return http_answer(206, part);
        }) {}

  LoopbackServer& server() { return server_; }
  const std::string& content() const { return content_; }
  int count() const { return count_; }

 private:
  const std::string content_ = std::string((8 << 20) + 5, 'x');
  std::atomic<int> count_ = 0;
  LoopbackServer server_;
};

TEST_F(S3StoreTest, PartsThatAreNotTheMd5OfTheTagAreRefused) {
  LargeObject intact([](int, std::string&) {});
  auto object = object_of("\"" + md5_hex(intact.content()) + "\"", intact.content().size());
  EXPECT_EQ(read(*open_bucket(intact.server(), cancellation_), object), intact.content());
  EXPECT_EQ(intact.count(), 2);

  LargeObject spoilt([](int request, std::string& part) {
    if (request == 1) part[0] = 'y';
  });
  EXPECT_THROW(read(*open_bucket(spoilt.server(), cancellation_), object), Error);
}

TEST_F(S3StoreTest, ATagThatOnlyLooksLikeTheMd5OfManyPartsIsFoundOut) {
  LargeObject large([](int, std::string&) {});
  auto object = object_of("\"0123456789abcdef0123456789abcdef\"", large.content().size());
  auto store = open_bucket(large.server(), cancellation_);
  EXPECT_EQ(read(*store, object), large.content());
  EXPECT_EQ(large.count(), 4);
}

TEST_F(S3StoreTest, AnObjectThatIsReadAgainIsGivenOutOnce) {
  LargeObject large([](int, std::string&) {});
  auto object = object_of("\"0123456789abcdef0123456789abcdef\"", large.content().size());
  auto store = open_bucket(large.server(), cancellation_);
  auto queue = store->open_all({3, [&](size_t) -> const ObjectInfo& { return object; }});
  std::vector<size_t> given;
  while (auto index = queue->next()) {
    given.push_back(*index);
    EXPECT_EQ(content_of(queue->open(*index)), large.content());
  }
  EXPECT_THAT(given, testing::UnorderedElementsAre(0, 1, 2));
}

TEST_F(S3StoreTest, AnObjectThatVanishesBetweenItsPartsWasReplaced) {
  LoopbackServer server([](const std::string& request) {
    bool is_second = request.find("range: bytes=8388608-") != request.npos;
    return is_second ? http_answer(404, "") : http_answer(206, std::string(8 << 20, 'x'));
  });
  auto object = object_of("\"e\"", (8 << 20) + 5);
  auto store = open_bucket(server, cancellation_);
  auto reader = store->open(object);
  std::vector<char> buffer(1 << 20);
  while (reader->read(buffer) > 0) {
  }
  EXPECT_EQ(reader->check_integrity(), ObjectReader::Integrity::kReplaced);
}

TEST_F(S3StoreTest, AStoreThatListsKeysTwiceIsRefused) {
  LoopbackServer server([](const std::string& request) {
    bool is_first = request.find("continuation-token") == request.npos;
    std::string more =
        is_first ? "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>" : "";
    return http_answer(200, "<ListBucketResult>" + more +
                                "<Contents><Key>folder/a</Key><Size>5</Size></Contents></ListBucketResult>");
  });
  EXPECT_THAT([&] { open_bucket(server, cancellation_)->list([](ObjectInfo&&) {}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("lists each key once")));
}

TEST_F(S3StoreTest, AnotherTagThanListedIsAnotherObject) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "hello", "ETag: \"new\"\r\n"); });
  EXPECT_EQ(read(*open_bucket(server, cancellation_), object_of("\"old\"")), "gone");
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_THAT(server.requests()[0], testing::HasSubstr("if-match: \"old\""));
}

TEST_F(S3StoreTest, AServerThatSendsMoreThanTheObjectIsRefused) {
  LoopbackServer server([](const std::string&) { return http_answer(200, std::string(1 << 20, 'x')); });
  EXPECT_THROW(read(*open_bucket(server, cancellation_), object_of("\"e\"")), Error);
}

TEST_F(S3StoreTest, AnUploadIsThrownAwayEvenWhenAStopIsRequested) {
  LoopbackServer server([](const std::string& request) {
    if (request.starts_with("POST")) return http_answer(200, "<X><UploadId>u1</UploadId></X>");
    return request.starts_with("PUT") ? http_answer(200, "", "ETag: \"e\"\r\n") : http_answer(204, "");
  });
  auto store = open_bucket(server, cancellation_);
  {
    auto writer = store->create("large");
    writer->append(std::string(8 << 20, 'x'));
    cancellation_.request();
  }
  EXPECT_THAT(server.requests().back(), testing::HasSubstr("DELETE /bucket/folder/large?uploadId=u1"));
}

TEST_F(S3StoreTest, TheRegionIsWhereTheBucketAnswers) {
  LoopbackServer server([](const std::string& request) {
    bool is_there = request.find("/eu-north-9/s3/aws4_request") != request.npos;
    return is_there ? http_answer(200, "") : http_answer(301, "", "x-amz-bucket-region: eu-north-9\r\n");
  });
  auto store = open_bucket(server, cancellation_, "key");
  EXPECT_EQ(store->find_region(), "eu-north-9");
  EXPECT_EQ(store->find_region(), "eu-north-9");
  EXPECT_EQ(server.requests().size(), 2u) << "it is asked for once, and followed";
  EXPECT_THAT(server.requests()[0], testing::StartsWith("HEAD /bucket/ "));
}

TEST_F(S3StoreTest, TheRegionIsKnownWhenSomethingWasRead) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "hello"); });
  auto store = open_bucket(server, cancellation_);
  read(*store, object_of("\"e\""));
  EXPECT_EQ(store->find_region(), "us-east-1");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(S3StoreTest, ABucketThatDoesNotAnswerHasNoRegion) {
  LoopbackServer server([](const std::string&) { return http_answer(403, ""); });
  EXPECT_EQ(open_bucket(server, cancellation_)->find_region(), "");
}

TEST_F(S3StoreTest, ARequestToStopEndsTheWaiting) {
  LoopbackServer server([](const std::string&) { return http_answer(503, ""); });
  auto store = open_bucket(server, cancellation_);
  cancellation_.request();
  EXPECT_THROW(store->list([](ObjectInfo&&) {}), Error);
}

}  // namespace
}  // namespace starlift
