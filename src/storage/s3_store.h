#pragma once

#include <memory>
#include <string>

#include "storage/object_store.h"
#include "storage/s3_bucket.h"
#include "storage/s3_listing.h"
#include "storage/s3_puts.h"

namespace starlift {

/// The objects below a prefix of an S3 bucket. The prefix is a folder, "log_data" as well as "log_data/", or
/// the key of one object.
class S3Store : public ObjectStore {
 public:
  S3Store(std::shared_ptr<S3Access> access, const Location& location);

  void list_ahead() override;
  void list(const ListVisitor& visit) override;
  std::unique_ptr<ObjectReader> open(const ObjectInfo& object) override;
  std::unique_ptr<ObjectQueue> open_all(const ObjectSelection& objects) override;
  void put(std::string_view name, std::string_view bytes) override;
  void flush() override { puts_->wait_for_all(); }
  void remove(std::string_view name) override;
  std::string find_region() override { return bucket_->find_region(); }
  std::unique_ptr<Writer> create(std::string_view name) override;

 private:
  std::string key_of(std::string_view name) const { return folder_ + std::string(name); }

  const std::shared_ptr<S3Access> access_;
  const std::shared_ptr<S3Bucket> bucket_;
  const std::string path_;    ///< as given
  const std::string folder_;  ///< empty, or the path and a slash
  const std::shared_ptr<S3Puts> puts_;
  std::shared_ptr<S3Listing> listing_;  ///< begun ahead
};

}  // namespace starlift
