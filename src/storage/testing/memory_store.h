#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "base/fingerprint.h"
#include "storage/object_store.h"

namespace starlift {

/// An object of a MemoryStore.
struct MemoryObject {
  std::string bytes;
  int64_t modified_us = 0;
};

/// All objects of a test, by key. Stores that are open see what changes.
using MemoryObjects = std::map<std::string, MemoryObject>;

/// The objects in memory whose keys begin with a prefix. For tests; read only.
class MemoryStore : public ObjectStore {
 public:
  /// `objects` must outlive this.
  MemoryStore(const MemoryObjects& objects, std::string prefix)
      : objects_(objects), prefix_(std::move(prefix)) {}

  void list(const ListVisitor& visit) override {
    for (const auto& [key, object] : objects_) {
      if (key.starts_with(prefix_)) visit(info_of(key, object));
    }
  }

  std::unique_ptr<ObjectReader> open(const ObjectInfo& listed) override {
    if (!objects_.contains(listed.key)) return nullptr;
    return std::make_unique<Reader>(objects_, listed);
  }

  void put(std::string_view name, std::string_view) override { refuse(name); }
  void remove(std::string_view name) override { refuse(name); }
  std::unique_ptr<Writer> create(std::string_view name) override { refuse(name); }

 private:
  class Reader : public ObjectReader {
   public:
    Reader(const MemoryObjects& objects, ObjectInfo listed)
        : objects_(objects), listed_(std::move(listed)), bytes_(objects.at(listed_.key).bytes) {}

    size_t read(std::span<char> buffer) override {
      size_t count = std::min(buffer.size(), bytes_.size() - position_);
      std::copy_n(bytes_.data() + position_, count, buffer.data());
      position_ += count;
      return count;
    }
    Integrity check_integrity() override {
      auto now = objects_.find(listed_.key);
      bool is_same = now != objects_.end() && now->second.bytes == bytes_ &&
                     now->second.modified_us == listed_.modified_us && bytes_.size() == listed_.size_bytes;
      return is_same ? Integrity::kUnchanged : Integrity::kReplaced;
    }
    std::string content_hash() const override {
      Fingerprint fingerprint;
      fingerprint.add(std::string_view(bytes_).substr(0, position_));
      return fingerprint.to_string() + fingerprint.to_string();
    }

   private:
    const MemoryObjects& objects_;
    ObjectInfo listed_;
    std::string bytes_;
    size_t position_ = 0;
  };

  static ObjectInfo info_of(const std::string& key, const MemoryObject& object) {
    return {.key = key, .size_bytes = object.bytes.size(), .modified_us = object.modified_us, .etag = {}};
  }
  [[noreturn]] static void refuse(std::string_view name) {
    throw Error(ErrorKind::kSource, "a MemoryStore is read only: " + std::string(name));
  }

  const MemoryObjects& objects_;
  std::string prefix_;
};

}  // namespace starlift
