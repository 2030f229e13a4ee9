#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/s3_bucket.h"
#include "storage/s3_page.h"

namespace starlift {

/// Returns the object that has just this key; nothing when there is none. Throws Error{kSource}.
std::optional<ObjectInfo> find_s3_object(S3Bucket& bucket, const std::string& key);

/// Lists the keys that begin with a prefix, in ascending byte order, with many pages under way at once.
///
/// A page holds 1,000 keys and only its end says where the next begins, so a long listing is cut into
/// ranges at the "folders" that a listing with a delimiter shows:
///
///     after            upto = after of the next
///     (start ......... "A/"] ("A/" ......... "B/"] ("B/" ......... end)
///
/// Each range covers every key between its ends, so nothing is missed whatever the folders are. Memory is
/// bounded by the pages that wait to be visited.
class S3Listing : public std::enable_shared_from_this<S3Listing> {
 public:
  using Visit = std::function<void(ObjectInfo&&)>;

  S3Listing(std::shared_ptr<S3Bucket> bucket, std::string prefix);

  /// Visits every key, as it is in the bucket. Once. Throws Error{kSource}.
  void run(const Visit& visit);

 private:
  /// The keys after `after` up to and with `upto`.
  struct Range {
    std::string after;
    std::string upto;   ///< empty: to the end
    std::string token;  ///< of the next page; empty before the first
    std::deque<std::vector<ObjectInfo>> pages;
    bool is_under_way = false;
    bool is_complete = false;
  };

  S3Page fetch(const std::string& prefix, const char* delimiter, const std::string& token);
  std::vector<std::string> find_folders(const std::string& prefix);
  std::set<std::string> find_split_points(const std::string& after);
  void make_ranges(std::string after, const std::set<std::string>& split_points);
  void visit_ranges(const Visit& visit);
  void start_pages();
  void start_page(Range& range);
  void take_page(Range& range, HttpResponse&& response);

  S3Request request_of(const std::string& prefix, const std::string& after, const char* delimiter,
                       const std::string& token) const;

  const std::shared_ptr<S3Bucket> bucket_;
  const std::string prefix_;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable arrived_;
  std::deque<Range> ranges_;  ///< from the one that is being visited
  size_t pages_held_ = 0;     ///< waiting or under way
  std::exception_ptr error_;
};

}  // namespace starlift
