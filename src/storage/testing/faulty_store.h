#pragma once

#include <memory>
#include <string>

#include "base/testing/faults.h"
#include "storage/object_store.h"

namespace starlift {

/// A store whose calls fail when `Faults` says so. For tests.
class FaultyStore : public ObjectStore {
 public:
  /// `faults` must outlive this and its readers.
  FaultyStore(std::unique_ptr<ObjectStore> store, Faults& faults)
      : store_(std::move(store)), faults_(faults) {}

  /// May fail before each object, as a listing that comes in pages does, and at its end.
  void list(const ListVisitor& visit) override {
    store_->list([&](ObjectInfo&& object) {
      pass("list before " + object.key);
      visit(std::move(object));
    });
    pass("list to the end");
  }

  std::unique_ptr<ObjectReader> open(const ObjectInfo& object) override {
    pass("open " + object.key);
    auto reader = store_->open(object);
    return reader ? std::make_unique<Reader>(std::move(reader), *this, object.key) : nullptr;
  }

  void put(std::string_view name, std::string_view bytes) override {
    pass("put " + std::string(name));
    store_->put(name, bytes);
  }
  void remove(std::string_view name) override {
    pass("remove " + std::string(name));
    store_->remove(name);
  }
  std::unique_ptr<Writer> create(std::string_view name) override {
    pass("create " + std::string(name));
    return store_->create(name);
  }

 private:
  class Reader : public ObjectReader {
   public:
    Reader(std::unique_ptr<ObjectReader> reader, FaultyStore& store, std::string key)
        : reader_(std::move(reader)), store_(store), key_(std::move(key)) {}

    size_t read(std::span<char> buffer) override {
      store_.pass("read " + key_);
      return reader_->read(buffer);
    }
    Integrity check_integrity() override {
      store_.pass("check " + key_);
      return reader_->check_integrity();
    }
    std::string content_hash() const override { return reader_->content_hash(); }

   private:
    std::unique_ptr<ObjectReader> reader_;
    FaultyStore& store_;
    std::string key_;
  };

  void pass(const std::string& call) { faults_.pass(call, ErrorKind::kSource); }

  std::unique_ptr<ObjectStore> store_;
  Faults& faults_;
};

}  // namespace starlift
