#pragma once

#include <memory>
#include <vector>

#include "base/byte_stream.h"
#include "base/error.h"

namespace starlift {

/// Thrown when compressed bytes make no sense: the rest of the object cannot be read, today or ever.
class DamagedContent : public Error {
 public:
  explicit DamagedContent(const std::string& message) : Error(ErrorKind::kSource, message) {}
};

/// An object's content: gzip and zstd are recognised by their first bytes and decompressed, all
/// else passes through. Members and frames that follow one another are one content.
///
/// Made once per thread and used for one object after another, so that buffers are allocated once.
class ContentStream : public ByteStream {
 public:
  ContentStream();
  ~ContentStream() override;

  /// Begins an object; `stored` must live until its end was read.
  void start(ByteStream& stored);

  /// As ByteStream::read; throws DamagedContent. The first buffer must hold at least 4 bytes.
  size_t read(std::span<char> buffer) override;

 private:
  class Decompressor;
  class GzipDecompressor;
  class ZstdDecompressor;

  size_t read_first(std::span<char> buffer);

  ByteStream* stored_ = nullptr;
  bool is_started_ = false;
  Decompressor* active_ = nullptr;  ///< null: pass through
  std::unique_ptr<GzipDecompressor> gzip_;
  std::unique_ptr<ZstdDecompressor> zstd_;
};

}  // namespace starlift
