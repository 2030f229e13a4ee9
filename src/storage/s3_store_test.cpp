#include "storage/s3_store.h"

#include <gmock/gmock.h>

#include "net/digest.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

// Against a server that says what a real one seldom does; tests/e2e runs against a real one.

std::unique_ptr<ObjectStore> open_bucket(const LoopbackServer& server, const Cancellation& cancellation) {
  S3Settings settings;
  settings.endpoint = server.endpoint();
  settings.credentials = std::make_shared<FixedCredentials>(Credentials{});
  return make_store_opener(std::move(settings), cancellation)({Location::Scheme::kS3, "bucket", "folder"});
}

/// Returns the content, or "gone".
std::string read(ObjectStore& store, const ObjectInfo& object) {
  auto reader = store.open(object);
  if (!reader) return "gone";
  std::string content(object.size_bytes + 1, '\0');
  size_t size = reader->read(content);
  EXPECT_EQ(reader->read(content), 0u);
  EXPECT_EQ(reader->check_integrity(), ObjectReader::Integrity::kUnchanged);
  content.resize(size);
  return content;
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

TEST_F(S3StoreTest, ARequestToStopEndsTheWaiting) {
  LoopbackServer server([](const std::string&) { return http_answer(503, ""); });
  auto store = open_bucket(server, cancellation_);
  cancellation_.request();
  EXPECT_THROW(store->list([](ObjectInfo&&) {}), Error);
}

}  // namespace
}  // namespace starlift
