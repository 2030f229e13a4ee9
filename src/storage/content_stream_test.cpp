#include "storage/content_stream.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>

namespace starlift {
namespace {

/// Hands out a text in pieces of a fixed size, as a slow store would.
class PieceStream : public ByteStream {
 public:
  PieceStream(std::string text, size_t piece_bytes) : text_(std::move(text)), piece_bytes_(piece_bytes) {}

  size_t read(std::span<char> buffer) override {
    size_t count = std::min({buffer.size(), piece_bytes_, text_.size() - position_});
    std::copy_n(text_.data() + position_, count, buffer.data());
    position_ += count;
    return count;
  }

 private:
  std::string text_;
  size_t piece_bytes_;
  size_t position_ = 0;
};

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string read_all(ContentStream& content, ByteStream& stored, size_t buffer_bytes) {
  content.start(stored);
  std::string text, buffer(buffer_bytes, '\0');
  while (size_t count = content.read(buffer))
    text.append(buffer, 0, count);
  return text;
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 50'000; ++i)
    text += "{\"n\": " + std::to_string(i * 7919LL % 1000003) + "}\n";
  return text;
}

TEST(ContentStream, GivesTheSameContentHoweverItIsStoredAndChopped) {
  const std::string text = long_text();
  ContentStream content;  // one for all, as a thread uses it
  for (const std::string& stored :
       {text, gzip(text), zstd(text), gzip(text.substr(0, 99)) + gzip(text.substr(99)),
        zstd(text.substr(0, 99)) + zstd(text.substr(99))}) {
    for (size_t piece_bytes : {size_t{1}, size_t{7}, size_t{1} << 20}) {
      for (size_t buffer_bytes : {size_t{64}, size_t{1} << 20}) {
        PieceStream stream(stored, piece_bytes);
        EXPECT_EQ(read_all(content, stream, buffer_bytes), text) << piece_bytes << " " << buffer_bytes;
      }
    }
  }
}

TEST(ContentStream, PassesShortAndEmptyContentThrough) {
  ContentStream content;
  for (const char* text : {"", "{", "{}", "\x1f", "\x28\xb5"}) {
    PieceStream stream(text, 1);
    EXPECT_EQ(read_all(content, stream, 64), text);
  }
}

TEST(ContentStream, GivesWhatPrecedesTheDamageAndThenSaysSo) {
  const std::string text = long_text();
  for (std::string stored : {gzip(text), zstd(text)}) {
    stored.resize(stored.size() / 2);
    PieceStream stream(stored, 4096);
    ContentStream content;
    content.start(stream);
    std::string before, buffer(1 << 16, '\0');
    EXPECT_THROW(while (size_t count = content.read(buffer)) before.append(buffer, 0, count), DamagedContent);
    EXPECT_GT(before.size(), 1000u);
    EXPECT_TRUE(text.starts_with(before));
  }
}

TEST(ContentStream, RefusesBytesThatOnlyLookCompressed) {
  for (const char* stored : {"\x1f\x8b not gzip at all", "\x28\xb5\x2f\xfd not zstd at all"}) {
    PieceStream stream(stored, 1024);
    ContentStream content;
    EXPECT_THROW(read_all(content, stream, 1024), DamagedContent);
  }
}

TEST(ContentStream, CanBeUsedAgainAfterDamage) {
  std::string damaged = gzip(long_text()).substr(0, 2000);
  ContentStream content;
  PieceStream first(damaged, 4096);
  EXPECT_THROW(read_all(content, first, 1024), DamagedContent);
  PieceStream second(gzip("{}"), 4096);
  EXPECT_EQ(read_all(content, second, 1024), "{}");
}

}  // namespace
}  // namespace starlift
