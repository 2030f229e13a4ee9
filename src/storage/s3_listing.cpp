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

}  // namespace

std::optional<ObjectInfo> find_s3_object(S3Bucket& bucket, const std::string& key) {
  // The first key that begins with a whole key is that key itself.
  HttpResponse response = bucket.send(
      {.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", key}, {"max-keys", "1"}}},
      is_cut_off);
  if (!response.is_success()) bucket.fail("list", key, response);
  S3Page page = parse_s3_page(response.body, bucket.url(key));
  if (page.objects.empty() || page.objects.front().key != key) return std::nullopt;
  return std::move(page.objects.front());
}

S3Listing::S3Listing(std::shared_ptr<S3Bucket> bucket, std::string prefix)
    : bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

void S3Listing::run(const Visit& visit_next) {
  std::string key_before;
  Visit visit = [&](ObjectInfo&& object) {
    if (object.key <= key_before) {
      throw Error(
          ErrorKind::kSource,
          fmt::format("cannot list {}: the store lists {} after {}, but S3 lists each key once and in "
                      "ascending order; does [S3] ENDPOINT name an S3 store?",
                      bucket_->url(prefix_), to_json_string(object.key), to_json_string(key_before)));
    }
    key_before = object.key;
    visit_next(std::move(object));
  };
  S3Page first = fetch(prefix_, nullptr, {});
  if (first.is_truncated) {
    std::string last = first.objects.empty() ? prefix_ : first.objects.back().key;
    make_ranges(last, find_split_points(last));
  }
  for (auto& object : first.objects)
    visit(std::move(object));
  visit_ranges(visit);
}

S3Request S3Listing::request_of(const std::string& prefix, const std::string& after, const char* delimiter,
                                const std::string& token) const {
  S3Request request{.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}}};
  if (delimiter) request.query.emplace_back("delimiter", delimiter);
  if (!token.empty()) {
    request.query.emplace_back("continuation-token", token);
  } else if (!after.empty()) {
    request.query.emplace_back("start-after", after);
  }
  return request;
}

S3Page S3Listing::fetch(const std::string& prefix, const char* delimiter, const std::string& token) {
  HttpResponse response = bucket_->send(request_of(prefix, {}, delimiter, token), is_cut_off);
  if (!response.is_success()) bucket_->fail("list", prefix, response);
  return parse_s3_page(response.body, bucket_->url(prefix));
}

/// Returns the folders of one level below `prefix`; the first of very many.
std::vector<std::string> S3Listing::find_folders(const std::string& prefix) {
  std::vector<std::string> folders;
  std::string token;
  for (int i = 0; i < kMaxFolderPages; ++i) {
    S3Page page = fetch(prefix, "/", token);
    folders.insert(folders.end(), page.common_prefixes.begin(), page.common_prefixes.end());
    // A level that holds mostly keys is no place to look for folders.
    if (!page.is_truncated || page.common_prefixes.empty()) break;
    token = page.continuation_token;
  }
  return folders;
}

/// Goes down from level to level until there are enough folders that come after a key.
std::set<std::string> S3Listing::find_split_points(const std::string& after) {
  std::set<std::string> points;
  std::vector<std::string> level = {prefix_};
  for (int depth = 0; depth < kMaxFolderDepth && points.size() < kEnoughFolders; ++depth) {
    std::vector<std::string> below;
    for (const auto& parent : level) {
      for (auto& folder : find_folders(parent)) {
        if (folder > after) points.insert(folder);
        if (folder > after || after.starts_with(folder)) below.push_back(std::move(folder));
      }
    }
    level = std::move(below);
  }
  return points;
}

void S3Listing::make_ranges(std::string after, const std::set<std::string>& split_points) {
  size_t step = split_points.size() / kMaxRanges + 1, number = 0;
  for (const auto& point : split_points) {
    if (number++ % step != 0) continue;
    ranges_.push_back({.after = std::move(after), .upto = point});
    after = point;
  }
  ranges_.push_back({.after = std::move(after)});
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
  // Ranges leave the deque only from its front and when they are complete, so the address holds.
  bucket_->start(request_of(prefix_, range.after, nullptr, range.token), is_cut_off,
                 [self = shared_from_this(), &range](HttpResponse&& response) {
                   self->take_page(range, std::move(response));
                 });
}

void S3Listing::take_page(Range& range, HttpResponse&& response) {
  std::exception_ptr error;
  S3Page page;
  try {
    if (!response.is_success()) bucket_->fail("list", prefix_, response);
    page = parse_s3_page(response.body, bucket_->url(prefix_));
  } catch (...) {
    error = std::current_exception();
  }
  std::lock_guard lock(mutex_);
  range.is_under_way = false;
  range.token = page.continuation_token;
  range.is_complete = !page.is_truncated;
  auto& objects = page.objects;
  if (!range.upto.empty() && !objects.empty() && objects.back().key > range.upto) {
    auto is_beyond = [&](const ObjectInfo& object) { return object.key > range.upto; };
    objects.erase(std::find_if(objects.begin(), objects.end(), is_beyond), objects.end());
    range.is_complete = true;
  }
  if (error) error_ = error;
  range.pages.push_back(std::move(objects));
  if (!error_) start_pages();
  arrived_.notify_one();
}

}  // namespace starlift
