#include "storage/s3_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

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
  auto expected = part_count_ > 1 ? fetch_->expected_md5(index, first.response) : std::nullopt;
  if (expected) {
    expected_md5_ = std::move(*expected);
    md5_.emplace().add(bytes_);
  }
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
  if (is_replaced_) return false;
  if (part_ + 1 == part_count_) {
    verify_md5();
    return false;
  }
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
  if (md5_) md5_->add(bytes_);
  start_ahead();
  return true;
}

/// What differs from the tag twice in the same way is intact, and the tag the store's own kind.
void S3Reader::verify_md5() {
  if (!md5_) return;
  bool is_right = md5_->hex() == expected_md5_;
  md5_.reset();
  if (is_right) return;
  if (comes_again_the_same()) return fetch_->learn_that_tags_are_no_md5();
  throw Error(ErrorKind::kSource,
              fmt::format("cannot read {}: what came is not what its entity tag says (MD5 {}), and came "
                          "differently when it was read again; check the network and the store",
                          fetch_->object(index_).key, expected_md5_));
}

bool S3Reader::comes_again_the_same() {
  if (std::exchange(holds_part_, false)) fetch_->release(index_, part_);
  fetch_->start_part(index_, 0, true);
  S3Part first = fetch_->take_part(index_, 0);
  if (first.state != S3Part::State::kWhole) {
    fetch_->release(index_, 0);
    return false;
  }
  S3Reader again(fetch_, index_, std::move(first));
  again.md5_.reset();
  std::vector<char> buffer(64 << 10);
  while (again.read(buffer) > 0) {
  }
  return !again.is_replaced_ && again.content_hash() == content_hash();
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
