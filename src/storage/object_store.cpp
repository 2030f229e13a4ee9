#include "storage/object_store.h"

#include <fmt/format.h>

#include <atomic>

#include "storage/content_stream.h"
#include "storage/local_store.h"

namespace starlift {

namespace {

constexpr size_t kMaxSmallObjectBytes = 16 << 20;

/// Opens each object when it is taken.
class OrderedQueue : public ObjectQueue {
 public:
  OrderedQueue(ObjectStore& store, const ObjectSelection& objects) : store_(store), objects_(objects) {}

  std::optional<size_t> next() override {
    size_t index = next_++;
    return index < objects_.count ? std::optional(index) : std::nullopt;
  }
  std::unique_ptr<ObjectReader> open(size_t index) override { return store_.open(objects_.at(index)); }

 private:
  ObjectStore& store_;
  ObjectSelection objects_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

std::unique_ptr<ObjectQueue> ObjectStore::open_all(const ObjectSelection& objects) {
  return std::make_unique<OrderedQueue>(*this, objects);
}

std::unique_ptr<ObjectStore> open_store(const Location& location) {
  if (location.scheme == Location::Scheme::kS3) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} needs what [S3] in dwh.cfg says, which nobody read", to_string(location)));
  }
  return std::make_unique<LocalStore>(location.path);
}

std::string read_small_object(const StoreOpener& open, const Location& location) {
  auto store = open(location);
  std::optional<ObjectInfo> object;
  store->list([&](ObjectInfo&& found) {
    if (object)
      throw Error(ErrorKind::kSource, fmt::format("{} is a folder; name a file", to_string(location)));
    object = std::move(found);
  });
  auto reader = object ? store->open(*object) : nullptr;
  if (!reader) throw Error(ErrorKind::kSource, fmt::format("{} does not exist", to_string(location)));

  ContentStream stream;
  stream.start(*reader);
  std::string content;
  for (size_t size = 0;;) {
    content.resize(size + (64 << 10));
    size_t more = stream.read(std::span(content).subspan(size));
    content.resize(size += more);
    if (more == 0) return content;
    if (size > kMaxSmallObjectBytes) {
      throw Error(ErrorKind::kSource,
                  fmt::format("{} is larger than 16 MiB; is it the right file?", object->key));
    }
  }
}

}  // namespace starlift
