#include "storage/s3_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace starlift {

namespace {

constexpr size_t kRangesAtOnce = 16;
constexpr size_t kMaxPagesHeld = 128;
constexpr size_t kEnoughFolders = 16;
constexpr size_t kMaxRanges = 256;
constexpr int kMaxFolderDepth = 4;
constexpr int kMaxFolderPages = 8;

bool is_cut_off(const HttpResponse& response) {
  return response.is_success() && !trim(response.body).ends_with("</ListBucketResult>");
}

S3Request request_of(const std::string& prefix, const std::string& token) {
  S3Request request{.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}}};
  if (!token.empty()) request.query.emplace_back("continuation-token", token);
  return request;
}

}  // namespace

std::optional<ObjectInfo> find_s3_object(S3Bucket& bucket, const std::string& key) {
  // The first key that begins with a whole key is that key itself.
  S3Request request = request_of(key, {});
  request.query.emplace_back("max-keys", "1");
  HttpResponse response = bucket.send(std::move(request), is_cut_off);
  if (!response.is_success()) bucket.fail("list", key, response);
  S3Page page = parse_s3_page(response.body, bucket.url(key));
  if (page.objects.empty() || page.objects.front().key != key) return std::nullopt;
  return std::move(page.objects.front());
}

S3Listing::S3Listing(std::shared_ptr<S3Bucket> bucket, std::string prefix)
    : bucket_(std::move(bucket)), prefix_(std::move(prefix)), ranges_(1) {}

void S3Listing::start() {
  std::lock_guard lock(mutex_);
  start_pages();
}

void S3Listing::run(const Visit& visit) {
  std::string key_before;
  visit_ranges([&](ObjectInfo&& object) {
    if (object.key <= key_before) {
      throw Error(
          ErrorKind::kSource,
          fmt::format("cannot list {}: the store lists {} after {}, but S3 lists each key once and in "
                      "ascending order; does [S3] ENDPOINT name an S3 store?",
                      bucket_->url(prefix_), to_json_string(object.key), to_json_string(key_before)));
    }
    key_before = object.key;
    visit(std::move(object));
  });
}

void S3Listing::visit_ranges(const Visit& visit) {
  std::unique_lock lock(mutex_);
  while (!ranges_.empty()) {
    start_pages();
    Range& current = ranges_.front();
    bucket_->access().wait(lock, arrived_,
                           [&] { return error_ || !current.pages.empty() || current.is_complete; });
    if (error_) std::rethrow_exception(error_);
    if (current.pages.empty()) {
      ranges_.pop_front();
      continue;
    }
    std::vector<ObjectInfo> page = std::move(current.pages.front());
    current.pages.pop_front();
    --pages_held_;
    lock.unlock();
    for (auto& object : page)
      visit(std::move(object));
    lock.lock();
  }
}

/// Keeps pages under way. The range that is being visited always gets its next one, so that it goes on.
void S3Listing::start_pages() {
  if (error_) return;
  size_t incomplete = 0;
  for (auto& range : ranges_) {
    if (range.is_complete) continue;
    if (++incomplete > kRangesAtOnce) return;
    bool has_room = pages_held_ < kMaxPagesHeld || (&range == &ranges_.front() && range.pages.empty());
    if (!range.is_under_way && has_room) start_page(range);
  }
}

void S3Listing::start_page(Range& range) {
  range.is_under_way = true;
  ++pages_held_;
  S3Request request = request_of(prefix_, range.token);
  if (range.token.empty() && !range.after.empty()) request.query.emplace_back("start-after", range.after);
  // Ranges leave the deque only from its front and when they are complete, so the address holds.
  bucket_->start(
      std::move(request), is_cut_off,
      [self = shared_from_this(), &range](HttpResponse&& response) { self->take_page(range, response); });
}

void S3Listing::take_page(Range& range, const HttpResponse& response) {
  auto page = read(response);
  if (!page) return;
  std::lock_guard lock(mutex_);
  range.is_under_way = false;
  range.token = page->continuation_token;
  range.is_complete = !page->is_truncated;
  auto& objects = page->objects;
  if (!range.upto.empty() && !objects.empty() && objects.back().key > range.upto) {
    auto is_beyond = [&](const ObjectInfo& object) { return object.key > range.upto; };
    objects.erase(std::find_if(objects.begin(), objects.end(), is_beyond), objects.end());
    range.is_complete = true;
  }
  if (!objects.empty()) range.after = objects.back().key;
  range.pages.push_back(std::move(objects));
  if (++pages_taken_ == 1 && page->is_truncated) search_below({prefix_});
  start_pages();
  arrived_.notify_one();
}

/// Returns nothing when the answer is no page; then `run` throws why.
std::optional<S3Page> S3Listing::read(const HttpResponse& response) {
  try {
    if (!response.is_success()) bucket_->fail("list", prefix_, response);
    return parse_s3_page(response.body, bucket_->url(prefix_));
  } catch (...) {
    std::lock_guard lock(mutex_);
    error_ = std::current_exception();
    arrived_.notify_one();
    return std::nullopt;
  }
}

/// Goes one level down, in all folders of the last one at once.
void S3Listing::search_below(const std::vector<std::string>& folders) {
  ++depth_;
  searches_ = folders.size();
  for (const auto& folder : folders)
    start_search(folder, {}, 1);
}

void S3Listing::start_search(const std::string& parent, const std::string& token, int page_number) {
  S3Request request = request_of(parent, token);
  request.query.emplace_back("delimiter", "/");
  bucket_->start(std::move(request), is_cut_off,
                 [self = shared_from_this(), parent, page_number](HttpResponse&& response) {
                   self->take_folders(parent, page_number, response);
                 });
}

void S3Listing::take_folders(const std::string& parent, int page_number, const HttpResponse& response) {
  auto page = read(response);
  if (!page) return;
  std::lock_guard lock(mutex_);
  if (error_) return;
  const auto& found = page->common_prefixes;
  folders_.insert(found.begin(), found.end());
  level_.insert(level_.end(), found.begin(), found.end());
  if (!found.empty()) folders_.erase(parent);
  // A level that holds mostly keys is no place to look for folders.
  if (page->is_truncated && !found.empty() && page_number < kMaxFolderPages)
    return start_search(parent, page->continuation_token, page_number + 1);
  bool is_over = ranges_.empty() || ranges_.front().is_complete;
  if (--searches_ > 0 || is_over) return;
  auto level = std::exchange(level_, {});
  if (folders_.size() < kEnoughFolders && depth_ < kMaxFolderDepth && !level.empty())
    return search_below(level);
  cut_into_ranges();
  start_pages();
}

/// Cuts what was not asked for yet. Where a page went through many folders, so do the ranges: what a page
/// holds beyond its range is dropped.
void S3Listing::cut_into_ranges() {
  auto point = folders_.upper_bound(ranges_.front().after);
  auto passed = static_cast<size_t>(std::distance(folders_.begin(), point));
  size_t step =
      std::max({size_t{1}, passed / (pages_taken_ + 1), (folders_.size() - passed) / kMaxRanges + 1});
  for (size_t number = 1; point != folders_.end(); ++point, ++number) {
    if (number % step != 0) continue;
    ranges_.back().upto = *point;
    ranges_.push_back({.after = *point});
  }
}

}  // namespace starlift
