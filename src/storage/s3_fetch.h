#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "storage/concurrency_limit.h"
#include "storage/object_store.h"
#include "storage/s3_bucket.h"

namespace starlift {

/// A piece of an object as it came, or why it did not.
struct S3Part {
  enum class State {
    kWhole,
    kGone,      ///< the object is not there any more
    kReplaced,  ///< there is another object of its name
    kFailed,
  };
  State state = State::kFailed;
  HttpResponse response;  ///< its body is the part; what went wrong when the state is kFailed
};

/// Fetches objects ahead of those who read them: hundreds of small ones at once, large ones in parts.
///
/// The number of requests follows a ConcurrencyLimit, the bytes that are under way or wait to be read have a
/// bound. Answers whose length or checksum is wrong are fetched again, and
/// failures when they stay so. Thread-safe; made with make_shared,
/// since requests may outlive its users.
class S3Fetch : public std::enable_shared_from_this<S3Fetch> {
 public:
  static constexpr uint64_t kPartBytes = 8 << 20;

  S3Fetch(std::shared_ptr<S3Bucket> bucket, const ObjectSelection& objects);

  /// Waits for an object whose first part has come; nothing when all were given. Throws Error{kInterrupted}.
  std::optional<size_t> next();
  /// Asks for a further part of an object. Returns false when there is no room for it just now, which does
  /// not happen to a part that `is_awaited`.
  bool start_part(size_t index, uint64_t part, bool is_awaited);
  /// Waits for a part that was started; the first one of what `next` gave is there. Throws
  /// Error{kInterrupted}.
  S3Part take_part(size_t index, uint64_t part);

  /// Tells that a part was read, so that others can take its room.
  void release(size_t index, uint64_t part);
  /// Gives up a part that was started and will not be taken.
  void abandon(size_t index, uint64_t part);
  /// Starts no more objects. From now on, only those that have a reader are looked at.
  void close();

  /// Returns the MD5 that an object's entity tag says its content has, in hex; nothing when it says none.
  /// `part` is the answer that brought a part of it.
  std::optional<std::string> expected_md5(size_t index, const HttpResponse& part) const;
  /// An intact object shows that this store's tags are something else.
  void learn_that_tags_are_no_md5() { has_md5_etags_ = false; }

  const ObjectInfo& object(size_t index) const { return objects_.at(index); }
  const S3Bucket& bucket() const { return *bucket_; }

 private:
  struct Expected;
  /// A request that is ready to be sent.
  struct Prepared {
    std::shared_ptr<Expected> expected;
    std::shared_ptr<S3Bucket::Sending> sending;
  };
  struct Answer {
    std::shared_ptr<Expected> expected;
    S3Part part;
  };
  using PartKey = std::pair<size_t, uint64_t>;
  struct PartKeyHash {
    size_t operator()(const PartKey& key) const { return key.first * 1'000'003 + key.second; }
  };

  bool has_room_for(uint64_t size_bytes) const;
  Prepared prepare(size_t index, uint64_t part, bool is_for_next);
  void expect_answers();
  bool prepare_one(std::unique_lock<std::mutex>& lock);
  std::vector<Prepared> choose_objects();
  Prepared choose(size_t index, uint64_t part, bool is_for_next);
  void send(const std::vector<Prepared>& requests);
  S3Request request_of(const Expected& expected, const ObjectInfo& info) const;
  bool inspect(Expected& expected, const HttpResponse& response);
  std::optional<std::string> md5_in_tag(const std::string& etag, const HttpResponse& response) const;
  bool has_wrong_checksum(Expected& expected, const HttpResponse& response);
  void take(std::shared_ptr<Expected> expected, HttpResponse&& response);
  void hand_over();

  const std::shared_ptr<S3Bucket> bucket_;
  const ObjectSelection objects_;
  std::atomic<bool> has_md5_etags_ = true;
  std::vector<Answer> answers_;  ///< not handed over yet; the client's thread alone touches them

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable arrived_;
  ConcurrencyLimit limit_;
  size_t next_to_start_ = 0;
  size_t next_to_prepare_ = 0;                     ///< the objects from here on have no request yet
  std::unordered_map<size_t, Prepared> prepared_;  ///< first parts, by object
  size_t next_count_ = 0;                          ///< how many `next` has given
  size_t under_way_ = 0;
  uint64_t bytes_held_ = 0;
  bool has_answers_ = false;
  bool is_closed_ = false;
  std::deque<size_t> ready_;
  std::unordered_map<PartKey, S3Part, PartKeyHash> parts_;
  std::unordered_set<PartKey, PartKeyHash> abandoned_;  ///< under way, wanted by nobody
};

}  // namespace starlift
