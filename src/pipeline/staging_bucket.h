#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/object_store.h"
#include "warehouse/redshift/staging_area.h"

namespace starlift {

/// The staging area as a folder of a bucket. The bucket is asked for nothing before something of it is
/// wanted.
class StagingBucket : public StagingArea {
 public:
  StagingBucket(const Location& folder, StoreOpener open_store);

  std::string url(std::string_view name) const override;
  std::string region() override { return store().find_region(); }
  void put(std::string_view name, std::string_view bytes) override;
  void flush() override;
  std::vector<std::string> list() override;
  void remove(const std::vector<std::string>& names) override;

 private:
  ObjectStore& store();

  const Location folder_;
  const StoreOpener open_store_;
  std::mutex mutex_;  ///< guards what follows
  std::unique_ptr<ObjectStore> store_;
  size_t under_way_bytes_ = 0;
};

}  // namespace starlift
