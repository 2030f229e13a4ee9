#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/byte_stream.h"

namespace starlift {

/// The part of a content that is being looked at: bytes read and not yet consumed.
///
///     content:  consumed | unread() | not yet read
///
/// Grows only as far as what is left unread makes it, and keeps its memory from one content to
/// the next.
class ContentWindow {
 public:
  /// How much is read at a time, at most.
  static constexpr size_t kBlockBytes = 64 << 10;

  ContentWindow();

  /// Begins a content, which must live as long as it is read.
  void start(ByteStream& content);

  /// Valid until `read_more` or `start`.
  std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }

  /// The offset in the content of the first unread byte.
  uint64_t offset() const { return offset_; }

  /// Reads on, so that unread() is longer. Returns false at the end of the content.
  bool read_more();

  /// Gives up the first `size_bytes` unread bytes.
  void consume(size_t size_bytes) {
    begin_ += size_bytes;
    offset_ += size_bytes;
  }

 private:
  void make_room();

  ByteStream* content_ = nullptr;
  size_t capacity_ = kBlockBytes;
  std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t offset_ = 0;
  bool is_at_end_ = true;
};

}  // namespace starlift
