#pragma once

#include <string>

#include "base/byte_stream.h"
#include "storage/content_stream.h"

namespace starlift {

/// An object's content up to its end, or up to where it is damaged: what comes before still counts.
///
/// Made once per thread and used for one object after another, as ContentStream.
class SalvagedContent : public ByteStream {
 public:
  /// Begins an object; `stored` must live until its end was read.
  void start(ByteStream& stored);
  size_t read(std::span<char> buffer) override;

  /// Says what is wrong; empty when nothing is.
  const std::string& damage() const { return damage_; }
  /// How much could be read.
  uint64_t size_bytes() const { return size_bytes_; }

 private:
  ContentStream content_;
  std::string damage_;
  uint64_t size_bytes_ = 0;
};

}  // namespace starlift
