#include "storage/s3_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace starlift {

namespace {
constexpr uint64_t kPartsAhead = 4;
}

S3Reader::S3Reader(std::shared_ptr<S3Fetch> fetch, size_t index, S3Part first)
    : fetch_(std::move(fetch)),
      index_(index),
      part_count_(std::max<uint64_t>(
          1, (fetch_->object(index).size_bytes + S3Fetch::kPartBytes - 1) / S3Fetch::kPartBytes)),
      bytes_(std::move(first.response.body)) {
  start_ahead();
}

S3Reader::~S3Reader() {
  if (holds_part_) fetch_->release(index_, part_);
  for (uint64_t part = part_ + 1; part < started_count_; ++part)
    fetch_->abandon(index_, part);
}

size_t S3Reader::read(std::span<char> buffer) {
  if (position_ == bytes_.size() && !advance()) return 0;
  size_t count = std::min(buffer.size(), bytes_.size() - position_);
  std::memcpy(buffer.data(), bytes_.data() + position_, count);
  position_ += count;
  hash_.add({buffer.data(), count});
  return count;
}

/// Goes on to the next part. Returns false at the end, and where the object turns out to be another.
bool S3Reader::advance() {
  if (is_replaced_ || part_ + 1 == part_count_) return false;
  if (std::exchange(holds_part_, false)) fetch_->release(index_, part_);
  bytes_ = {};
  position_ = 0;
  if (started_count_ == part_ + 1) {
    fetch_->start_part(index_, part_ + 1, true);
    ++started_count_;
  }
  S3Part next = fetch_->take_part(index_, ++part_);
  holds_part_ = true;
  is_replaced_ = next.state == S3Part::State::kReplaced;
  if (is_replaced_) return false;
  if (next.state != S3Part::State::kWhole) {
    const S3Bucket& bucket = fetch_->bucket();
    bucket.fail("read", fetch_->object(index_).key.substr(bucket.url("").size()), next.response);
  }
  bytes_ = std::move(next.response.body);
  start_ahead();
  return true;
}

void S3Reader::start_ahead() {
  while (started_count_ < std::min(part_count_, part_ + 1 + kPartsAhead) &&
         fetch_->start_part(index_, started_count_, false)) {
    ++started_count_;
  }
}

ObjectReader::Integrity S3Reader::check_integrity() {
  return is_replaced_ ? Integrity::kReplaced : Integrity::kUnchanged;
}

}  // namespace starlift
