#include "storage/s3_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/process.h"
#include "net/digest.h"
#include "storage/object_checksum.h"

namespace starlift {

namespace {

/// What keeps this machine busy with a near store: a connection more only costs.
constexpr size_t kFirstConcurrency = 64;
/// A near store's first answers come sooner. For a far one, over TLS, the handshakes of a climb from fewer
/// take the time that its answers are judged by.
constexpr std::chrono::milliseconds kNear{10};
constexpr size_t kFirstConcurrencyFar = 256;
constexpr size_t kMaxConcurrency = 512;
constexpr size_t kFilesForOthers = 128;
/// Under way or waiting to be read.
constexpr uint64_t kMaxBytesHeld = 64 << 20;
/// What a part costs beside its bytes: headers, buffers, the tables here.
constexpr uint64_t kPartOverheadBytes = 4 << 10;
constexpr size_t kMaxErrorBytes = 64 << 10;
/// Requests that readers keep ready: some times those that are sent together when answers come together.
constexpr size_t kPreparedAhead = 256;
/// Where readers go on when the requests that they prepared are used up: so far ahead that these are ready in
/// time.
constexpr size_t kHeadStart = 32;

size_t max_concurrency() {
  size_t files = raise_open_file_limit();
  return std::clamp<size_t>(files > kFilesForOthers ? files - kFilesForOthers : 0, 8, kMaxConcurrency);
}

std::string_view without_quotes(std::string_view etag) {
  bool has_quotes = etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
  return has_quotes ? etag.substr(1, etag.size() - 2) : etag;
}

/// With a key of its own for each object, the entity tag is no MD5 of the content.
bool is_encrypted_by_key(const HttpResponse& response) {
  auto kind = response.header("x-amz-server-side-encryption");
  return (kind && kind->starts_with("aws:kms")) ||
         response.header("x-amz-server-side-encryption-customer-algorithm").has_value();
}

bool asks_to_slow_down(const HttpResponse& response) {
  return response.status == 503 || response.status == 429;
}

uint64_t part_bytes(const ObjectInfo& info, uint64_t part) {
  return std::min(S3Fetch::kPartBytes, info.size_bytes - part * S3Fetch::kPartBytes);
}

}  // namespace

/// What the answer to a request has to be. Stands by itself: the objects may be gone when it comes.
struct S3Fetch::Expected {
  size_t index;
  uint64_t part;
  uint64_t size_bytes;  ///< of the part
  bool is_whole_object;
  std::string etag;
  bool is_for_next;      ///< `next` gives the object out when this has come
  std::string last_md5;  ///< of the answer before, if it did not fit
  std::string damage;    ///< what is wrong with the body that came last; empty when nothing is

  bool is_other_object(const HttpResponse& response) const {
    auto found = response.header("etag");
    return found && !etag.empty() && *found != etag;
  }

  S3Part::State judge(const HttpResponse& response) const {
    if (response.failure != HttpResponse::Failure::kNone) return S3Part::State::kFailed;
    if (response.status == 412 || response.status == 416) return S3Part::State::kReplaced;
    if (response.status == 404) return part == 0 ? S3Part::State::kGone : S3Part::State::kReplaced;
    if (!response.is_success()) return S3Part::State::kFailed;
    return is_other_object(response) ? S3Part::State::kReplaced : S3Part::State::kWhole;
  }
};

S3Fetch::S3Fetch(std::shared_ptr<S3Bucket> bucket, const ObjectSelection& objects)
    : bucket_(std::move(bucket)),
      objects_(objects),
      limit_(std::min(kFirstConcurrency, max_concurrency()), max_concurrency()) {}

std::optional<size_t> S3Fetch::next() {
  std::unique_lock lock(mutex_);
  if (next_count_ == objects_.count) return std::nullopt;
  if (next_count_++ == 0) {
    expect_answers();
    auto chosen = choose_objects();
    lock.unlock();
    send(chosen);
    lock.lock();
  }
  // Two for each object that is read, so that some stay ready, and more while there is nothing to read.
  for (int count = 0; (count < 2 || ready_.empty()) && prepare_one(lock); ++count) {
  }
  bucket_->access().wait(lock, arrived_, [&] { return !ready_.empty(); });
  size_t index = ready_.front();
  ready_.pop_front();
  return index;
}

bool S3Fetch::start_part(size_t index, uint64_t part, bool is_awaited) {
  std::vector<Prepared> chosen;
  {
    std::lock_guard lock(mutex_);
    if (!is_awaited && !has_room_for(part_bytes(object(index), part))) return false;
    chosen.push_back(choose(index, part, false));
  }
  send(chosen);
  return true;
}

S3Part S3Fetch::take_part(size_t index, uint64_t part) {
  std::unique_lock lock(mutex_);
  auto found = parts_.end();
  bucket_->access().wait(lock, arrived_, [&] {
    found = parts_.find({index, part});
    return found != parts_.end();
  });
  S3Part taken = std::move(found->second);
  parts_.erase(found);
  return taken;
}

void S3Fetch::release(size_t index, uint64_t part) {
  std::vector<Prepared> chosen;
  {
    std::lock_guard lock(mutex_);
    bytes_held_ -= part_bytes(object(index), part) + kPartOverheadBytes;
    chosen = choose_objects();
  }
  send(chosen);
}

void S3Fetch::abandon(size_t index, uint64_t part) {
  {
    std::lock_guard lock(mutex_);
    if (parts_.erase({index, part}) == 0) {
      abandoned_.emplace(index, part);
      return;
    }
  }
  release(index, part);
}

void S3Fetch::close() {
  std::lock_guard lock(mutex_);
  is_closed_ = true;
  prepared_.clear();  // they hold this
}

bool S3Fetch::has_room_for(uint64_t size_bytes) const {
  bool fits = bytes_held_ == 0 || bytes_held_ + size_bytes + kPartOverheadBytes <= kMaxBytesHeld;
  return under_way_ < limit_.value() && fits;
}

void S3Fetch::expect_answers() {
  bucket_->access().client().start_after(kNear, [self = shared_from_this()] {
    std::vector<Prepared> chosen;
    {
      std::lock_guard lock(self->mutex_);
      if (self->has_answers_ || self->is_closed_) return;
      self->limit_.on_silence(kFirstConcurrencyFar);
      chosen = self->choose_objects();
    }
    self->send(chosen);
  });
}

/// Called by readers: a request takes a quarter of the time that the client's thread has for it to sign, and
/// that thread has the most to do. Returns false when enough are ready.
bool S3Fetch::prepare_one(std::unique_lock<std::mutex>& lock) {
  if (next_to_prepare_ < next_to_start_) next_to_prepare_ = next_to_start_ + kHeadStart;
  if (next_to_prepare_ >= objects_.count || prepared_.size() >= kPreparedAhead) return false;
  size_t index = next_to_prepare_++;
  lock.unlock();
  Prepared prepared = prepare(index, 0, true);
  lock.lock();
  if (index >= next_to_start_) prepared_.emplace(index, std::move(prepared));
  return true;
}

/// Returns requests for the objects that there is room for: they count as under way, and are to be sent when
/// `mutex_` is free.
std::vector<S3Fetch::Prepared> S3Fetch::choose_objects() {
  std::vector<Prepared> chosen;
  if (is_closed_) return chosen;
  while (next_to_start_ < objects_.count && has_room_for(part_bytes(object(next_to_start_), 0)))
    chosen.push_back(choose(next_to_start_++, 0, true));
  return chosen;
}

S3Fetch::Prepared S3Fetch::choose(size_t index, uint64_t part, bool is_for_next) {
  auto ready = is_for_next ? prepared_.extract(index) : decltype(prepared_)::node_type();
  Prepared request = ready ? std::move(ready.mapped()) : prepare(index, part, is_for_next);
  ++under_way_;
  bytes_held_ += request.expected->size_bytes + kPartOverheadBytes;
  return request;
}

void S3Fetch::send(const std::vector<Prepared>& requests) {
  for (const auto& [expected, sending] : requests) {
    bucket_->start(sending, [self = shared_from_this(), expected = expected](HttpResponse&& answer) {
      self->take(expected, std::move(answer));
    });
  }
}

S3Fetch::Prepared S3Fetch::prepare(size_t index, uint64_t part, bool is_for_next) {
  const ObjectInfo& info = object(index);
  auto expected = std::make_shared<Expected>(Expected{.index = index,
                                                      .part = part,
                                                      .size_bytes = part_bytes(info, part),
                                                      .is_whole_object = info.size_bytes <= kPartBytes,
                                                      .etag = info.etag,
                                                      .is_for_next = is_for_next,
                                                      .last_md5 = {},
                                                      .damage = {}});
  auto sending = bucket_->prepare(request_of(*expected, info),
                                  [self = shared_from_this(), expected](const HttpResponse& answer) {
                                    return self->inspect(*expected, answer);
                                  });
  return {std::move(expected), std::move(sending)};
}

S3Request S3Fetch::request_of(const Expected& expected, const ObjectInfo& info) const {
  S3Request request{.key = info.key.substr(bucket_->url("").size()),
                    .max_answer_bytes = expected.size_bytes + kMaxErrorBytes};
  if (!info.etag.empty()) request.headers.emplace_back("if-match", info.etag);
  if (expected.is_whole_object) {
    request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  } else {
    uint64_t begin = expected.part * kPartBytes;
    request.headers.emplace_back("range", fmt::format("bytes={}-{}", begin, begin + expected.size_bytes - 1));
  }
  return request;
}

bool S3Fetch::inspect(Expected& expected, const HttpResponse& response) {
  if (bool is_lost = response.failure != HttpResponse::Failure::kNone;
      is_lost || asks_to_slow_down(response)) {
    std::lock_guard lock(mutex_);
    auto now = ConcurrencyLimit::Clock::now();
    asks_to_slow_down(response) ? limit_.on_slow_down(now) : limit_.on_failure(response.waited, now);
  }
  expected.damage.clear();
  if (!response.is_success() || expected.is_other_object(response)) return false;
  if (response.body.size() != expected.size_bytes) {
    expected.damage = fmt::format("{} bytes came instead of {}", response.body.size(), expected.size_bytes);
  } else if (expected.is_whole_object && has_wrong_checksum(expected, response)) {
    expected.damage = "what came does not have the checksum that the store gives for it";
  }
  return !expected.damage.empty();
}

/// Where no checksum was sent, the entity tag may be the content's MD5. One that differs twice in the same
/// way is the store's own way of making tags.
bool S3Fetch::has_wrong_checksum(Expected& expected, const HttpResponse& response) {
  ChecksumVerdict verdict = verify_checksum(response);
  if (verdict != ChecksumVerdict::kNone) return verdict == ChecksumVerdict::kWrong;
  auto tag = md5_in_tag(expected.etag, response);
  if (!tag) return false;
  std::string md5 = md5_hex(response.body);
  if (md5 == *tag) return false;
  bool is_again_the_same = md5 == expected.last_md5;
  if (is_again_the_same) learn_that_tags_are_no_md5();
  expected.last_md5 = std::move(md5);
  return !is_again_the_same;
}

std::optional<std::string> S3Fetch::expected_md5(size_t index, const HttpResponse& part) const {
  return md5_in_tag(object(index).etag, part);
}

std::optional<std::string> S3Fetch::md5_in_tag(const std::string& etag, const HttpResponse& response) const {
  std::string_view tag = without_quotes(etag);
  if (!has_md5_etags_ || !looks_like_md5(tag) || is_encrypted_by_key(response)) return std::nullopt;
  return std::string(tag);
}

void S3Fetch::take(std::shared_ptr<Expected> expected, HttpResponse&& response) {
  if (!expected->damage.empty()) {
    response.failure = HttpResponse::Failure::kBroken;
    response.failure_text = expected->damage;
  }
  S3Part::State state = expected->judge(response);
  answers_.push_back({std::move(expected), {state, std::move(response)}});
  if (answers_.size() > 1) return;
  bucket_->access().client().start_after(std::chrono::milliseconds(0),
                                         [self = shared_from_this()] { self->hand_over(); });
}

/// Once for all answers that came together: to take turns with readers and to wake them costs more than to
/// read a small object.
void S3Fetch::hand_over() {
  auto answers = std::exchange(answers_, {});
  std::vector<Prepared> chosen;
  {
    std::lock_guard lock(mutex_);
    has_answers_ = true;
    bool was_full = under_way_ >= limit_.value();
    under_way_ -= answers.size();
    auto now = ConcurrencyLimit::Clock::now();
    for (auto& [expected, part] : answers) {
      if (part.state == S3Part::State::kWhole) limit_.on_success(was_full, part.response.waited, now);
      PartKey key(expected->index, expected->part);
      if (abandoned_.erase(key) > 0) {
        bytes_held_ -= expected->size_bytes + kPartOverheadBytes;
        continue;
      }
      parts_.emplace(key, std::move(part));
      if (expected->is_for_next) ready_.push_back(expected->index);
    }
    chosen = choose_objects();
  }
  arrived_.notify_all();
  send(chosen);
}

}  // namespace starlift
