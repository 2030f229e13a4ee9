#include "storage/content_stream.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>
#include <string_view>

namespace starlift {

namespace {
constexpr size_t kInputBytes = 128 << 10;
constexpr size_t kMagicBytes = 4;
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
}  // namespace

/// The compressed bytes that wait, and the contract of the two formats.
class ContentStream::Decompressor {
 public:
  virtual ~Decompressor() = default;

  void start(ByteStream& stored, std::string_view first_bytes) {
    stored_ = &stored;
    std::memcpy(input_.data(), first_bytes.data(), first_bytes.size());
    begin_ = 0;
    end_ = first_bytes.size();
    reset();
  }

  size_t read(std::span<char> buffer) {
    for (;;) {
      // A decompressor may still hold output after its input was used up.
      bool has_work = begin_ < end_ || !is_between_parts();
      if (size_t written = has_work ? step(buffer) : 0) return written;
      if (begin_ < end_) continue;
      begin_ = 0;
      end_ = stored_->read(input_);
      if (end_ == 0) {
        if (!is_between_parts()) throw DamagedContent("the compressed data ends too early");
        return 0;
      }
    }
  }

 protected:
  /// Decompresses some of the input into `buffer`; returns how many bytes it wrote.
  virtual size_t step(std::span<char> buffer) = 0;
  virtual void reset() = 0;
  /// True when a member or frame is complete and no other has begun.
  virtual bool is_between_parts() const = 0;

  ByteStream* stored_ = nullptr;
  std::vector<char> input_ = std::vector<char>(kInputBytes);
  size_t begin_ = 0;
  size_t end_ = 0;
};

class ContentStream::GzipDecompressor : public ContentStream::Decompressor {
 public:
  GzipDecompressor() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecompressor() override { inflateEnd(&stream_); }

 private:
  size_t step(std::span<char> buffer) override {
    if (is_complete_) {
      inflateReset(&stream_);
      is_complete_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data() + begin_);
    stream_.avail_in = static_cast<uInt>(end_ - begin_);
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(buffer.size(), 1u << 30));
    uInt room = stream_.avail_out;
    int status = inflate(&stream_, Z_NO_FLUSH);
    begin_ = end_ - stream_.avail_in;
    is_complete_ = status == Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      throw DamagedContent(std::string("the gzip data is damaged: ") +
                           (stream_.msg ? stream_.msg : "unreadable"));
    }
    return room - stream_.avail_out;
  }
  void reset() override {
    inflateReset(&stream_);
    is_complete_ = false;
  }
  bool is_between_parts() const override { return is_complete_; }

  z_stream stream_{};
  bool is_complete_ = false;
};

class ContentStream::ZstdDecompressor : public ContentStream::Decompressor {
 public:
  ZstdDecompressor() : context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {}

 private:
  size_t step(std::span<char> buffer) override {
    ZSTD_inBuffer in{input_.data() + begin_, end_ - begin_, 0};
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    size_t hint = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(hint)) {
      throw DamagedContent(std::string("the zstd data is damaged: ") + ZSTD_getErrorName(hint));
    }
    begin_ += in.pos;
    is_between_frames_ = hint == 0;
    return out.pos;
  }
  void reset() override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    is_between_frames_ = false;
  }
  bool is_between_parts() const override { return is_between_frames_; }

  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context_;
  bool is_between_frames_ = false;
};

ContentStream::ContentStream() = default;
ContentStream::~ContentStream() = default;

void ContentStream::start(ByteStream& stored) {
  stored_ = &stored;
  active_ = nullptr;
  is_started_ = false;
}

size_t ContentStream::read(std::span<char> buffer) {
  if (!is_started_) return read_first(buffer);
  return active_ ? active_->read(buffer) : stored_->read(buffer);
}

size_t ContentStream::read_first(std::span<char> buffer) {
  assert(buffer.size() >= kMagicBytes);
  is_started_ = true;
  std::span<char> first = buffer.first(std::min(buffer.size(), kInputBytes));
  size_t size = 0;
  while (size < kMagicBytes) {
    size_t more = stored_->read(first.subspan(size));
    if (more == 0) break;
    size += more;
  }
  std::string_view seen(first.data(), size);
  if (seen.starts_with(kGzipMagic)) {
    if (!gzip_) gzip_ = std::make_unique<GzipDecompressor>();
    active_ = gzip_.get();
  } else if (seen.starts_with(kZstdMagic)) {
    if (!zstd_) zstd_ = std::make_unique<ZstdDecompressor>();
    active_ = zstd_.get();
  }
  if (!active_) return size;
  active_->start(*stored_, seen);
  return active_->read(buffer);
}

}  // namespace starlift
