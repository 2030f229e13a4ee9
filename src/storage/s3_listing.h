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
/// A page holds 1,000 keys and only its end says where the next begins. While the first ones follow each
/// other, listings with a delimiter look for "folders", and what is left of a long listing is cut into ranges
/// there:
///
///     after            upto = after of the next
///     (first pages ... "F/"] ("F/" ......... "K/"] ("K/" ......... end)
///
/// Each range covers every key between its ends, so nothing is missed whatever the folders are. Memory is
/// bounded by the pages that wait to be visited.
class S3Listing : public std::enable_shared_from_this<S3Listing> {
 public:
  using Visit = std::function<void(ObjectInfo&&)>;

  S3Listing(std::shared_ptr<S3Bucket> bucket, std::string prefix);

  /// Asks for the first page, so that `run` finds it under way.
  void start();
  /// Visits every key, as it is in the bucket. Once. Throws Error{kSource}.
  void run(const Visit& visit);

 private:
  /// The keys after `after` up to and with `upto`.
  struct Range {
    std::string after;  ///< moves on with each page
    std::string upto;   ///< empty: to the end
    std::string token;  ///< of the next page; empty before the first
    std::deque<std::vector<ObjectInfo>> pages;
    bool is_under_way = false;
    bool is_complete = false;
  };

  std::optional<S3Page> read(const HttpResponse& response);
  void visit_ranges(const Visit& visit);
  void start_pages();
  void start_page(Range& range);
  void take_page(Range& range, const HttpResponse& response);
  void search_below(const std::vector<std::string>& folders);
  void start_search(const std::string& parent, const std::string& token, int page_number);
  void take_folders(const std::string& parent, int page_number, const HttpResponse& response);
  void cut_into_ranges();

  const std::shared_ptr<S3Bucket> bucket_;
  const std::string prefix_;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable arrived_;
  std::deque<Range> ranges_;  ///< from the one that is being visited
  size_t pages_held_ = 0;     ///< waiting or under way
  size_t pages_taken_ = 0;
  std::exception_ptr error_;

  std::set<std::string> folders_;   ///< found so far; those with others in them do not count
  std::vector<std::string> level_;  ///< those of them that were found last
  int depth_ = 0;
  size_t searches_ = 0;  ///< under way
};

}  // namespace starlift
