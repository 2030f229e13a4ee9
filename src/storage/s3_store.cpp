#include "storage/s3_store.h"

#include <utility>

#include "base/text.h"
#include "storage/local_store.h"
#include "storage/s3_fetch.h"
#include "storage/s3_reader.h"
#include "storage/s3_writer.h"

namespace starlift {

namespace {

/// As in a local folder, names that begin with a dot are hidden; "." and ".." are odd names and no more.
bool is_hidden(std::string_view key_below_folder) {
  for (std::string_view name : split(key_below_folder, '/')) {
    if (name.starts_with('.') && name != "." && name != "..") return true;
  }
  return false;
}

class S3Queue : public ObjectQueue {
 public:
  S3Queue(std::shared_ptr<S3Bucket> bucket, const ObjectSelection& objects)
      : fetch_(std::make_shared<S3Fetch>(std::move(bucket), objects)) {}
  ~S3Queue() override { fetch_->close(); }

  std::optional<size_t> next() override { return fetch_->next(); }

  std::unique_ptr<ObjectReader> open(size_t index) override {
    S3Part first = fetch_->take_part(index, 0);
    if (first.state == S3Part::State::kWhole)
      return std::make_unique<S3Reader>(fetch_, index, std::move(first));
    fetch_->release(index, 0);
    if (first.state == S3Part::State::kFailed) {
      const S3Bucket& bucket = fetch_->bucket();
      bucket.fail("read", fetch_->object(index).key.substr(bucket.url("").size()), first.response);
    }
    return nullptr;
  }

 private:
  const std::shared_ptr<S3Fetch> fetch_;
};

}  // namespace

S3Store::S3Store(std::shared_ptr<S3Access> access, const Location& location)
    : access_(std::move(access)),
      bucket_(std::make_shared<S3Bucket>(location.bucket, *access_)),
      path_(location.path),
      folder_(path_.empty() || path_.ends_with('/') ? path_ : path_ + "/"),
      puts_(std::make_shared<S3Puts>(bucket_)) {}

void S3Store::list_ahead() {
  listing_ = std::make_shared<S3Listing>(bucket_, folder_);
  // In the client's thread, for credentials may have to be looked for.
  access_->client().start_after(std::chrono::milliseconds(0), [listing = listing_] { listing->start(); });
}

void S3Store::list(const ListVisitor& visit) {
  auto listing = std::exchange(listing_, nullptr);
  if (!listing) listing = std::make_shared<S3Listing>(bucket_, folder_);
  bool is_folder = false;
  auto give = [&](ObjectInfo&& object) {
    object.key = bucket_->url(object.key);
    visit(std::move(object));
  };
  listing->run([&](ObjectInfo&& object) {
    is_folder = true;
    bool is_folder_marker = object.size_bytes == 0 && (object.key.ends_with('/') || object.key == folder_);
    if (!is_folder_marker && !is_hidden(std::string_view(object.key).substr(folder_.size())))
      give(std::move(object));
  });
  if (is_folder || folder_ == path_) return;
  if (auto object = find_s3_object(*bucket_, path_)) give(std::move(*object));
}

std::unique_ptr<ObjectReader> S3Store::open(const ObjectInfo& object) {
  auto queue = open_all({1, [&object](size_t) -> const ObjectInfo& { return object; }});
  return queue->open(*queue->next());
}

std::unique_ptr<ObjectQueue> S3Store::open_all(const ObjectSelection& objects) {
  return std::make_unique<S3Queue>(bucket_, objects);
}

void S3Store::put(std::string_view name, std::string_view bytes) {
  puts_->start(key_of(name), std::string(bytes));
}

void S3Store::remove(std::string_view name) {
  HttpResponse response = bucket_->send({.method = "DELETE", .key = key_of(name)});
  if (!response.is_success() && response.status != 404) bucket_->fail("remove", key_of(name), response);
}

std::unique_ptr<ObjectStore::Writer> S3Store::create(std::string_view name) {
  return std::make_unique<S3Writer>(access_, bucket_, key_of(name));
}

StoreOpener make_store_opener(S3Settings settings, const Cancellation& cancellation) {
  // Made when the first bucket is opened: a run over local folders starts no client.
  auto access = std::make_shared<std::shared_ptr<S3Access>>();
  return [settings = std::move(settings), &cancellation,
          access](const Location& location) -> std::unique_ptr<ObjectStore> {
    if (location.scheme == Location::Scheme::kLocal) return std::make_unique<LocalStore>(location.path);
    if (!*access) *access = std::make_shared<S3Access>(settings, cancellation);
    return std::make_unique<S3Store>(*access, location);
  };
}

}  // namespace starlift
