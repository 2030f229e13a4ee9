#include "storage/object_store.h"

#include <fmt/format.h>

#include "storage/content_stream.h"
#include "storage/local_store.h"

namespace starlift {

namespace {
constexpr size_t kMaxSmallObjectBytes = 16 << 20;
}

std::unique_ptr<ObjectStore> open_store(const Location& location) {
  if (location.scheme == Location::Scheme::kS3) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("s3://{}/{}: this version reads local folders only; copy the objects to a folder first",
                    location.bucket, location.path));
  }
  return std::make_unique<LocalStore>(location.path);
}

std::string read_small_object(const Location& location) {
  auto store = open_store(location);
  std::optional<ObjectInfo> object;
  store->list([&](ObjectInfo&& found) {
    if (object) throw Error(ErrorKind::kSource, fmt::format("{} is a folder; name a file", location.path));
    object = std::move(found);
  });
  auto reader = object ? store->open(*object) : nullptr;
  if (!reader) throw Error(ErrorKind::kSource, fmt::format("{} does not exist", location.path));

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
