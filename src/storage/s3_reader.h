#pragma once

#include <memory>
#include <optional>

#include "net/digest.h"
#include "storage/content_hash.h"
#include "storage/s3_fetch.h"

namespace starlift {

/// An object that a S3Fetch gave, read part by part, with the next parts on their way. A part brings no
/// checksum of its own; where the entity tag is the whole content's MD5, that is held against it at the end.
class S3Reader : public ObjectReader {
 public:
  /// `first` is the object's first part, whole.
  S3Reader(std::shared_ptr<S3Fetch> fetch, size_t index, S3Part first);
  ~S3Reader() override;

  /// Throws Error{kSource} when a part cannot be had, or what came is not the object's content.
  size_t read(std::span<char> buffer) override;
  Integrity check_integrity() override;
  std::string content_hash() const override { return hash_.to_string(); }

 private:
  bool advance();
  void start_ahead();
  void verify_md5();
  bool comes_again_the_same();

  const std::shared_ptr<S3Fetch> fetch_;
  const size_t index_;
  const uint64_t part_count_;
  uint64_t part_ = 0;           ///< being read
  uint64_t started_count_ = 1;  ///< parts that were asked for
  std::string bytes_;           ///< of the part
  size_t position_ = 0;
  bool holds_part_ = true;
  bool is_replaced_ = false;
  ContentHash hash_;
  std::optional<Md5> md5_;  ///< of the parts so far
  std::string expected_md5_;
};

}  // namespace starlift
