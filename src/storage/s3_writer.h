#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/object_store.h"
#include "storage/s3_bucket.h"

namespace starlift {

/// Writes an object of any size: a small one at once, a larger one in parts, which are put together by
/// `finish` and thrown away without it.
class S3Writer : public ObjectStore::Writer {
 public:
  S3Writer(std::shared_ptr<S3Access> access, std::shared_ptr<S3Bucket> bucket, std::string key);
  ~S3Writer() override;

  void append(std::string_view bytes) override;
  void finish() override;

 private:
  size_t part_bytes() const;
  void begin_parts();
  void send_part();
  void complete();
  bool is_complete_already();

  const std::shared_ptr<S3Access> access_;  ///< outlives the bucket's requests
  const std::shared_ptr<S3Bucket> bucket_;
  const std::string key_;
  std::string buffer_;
  std::string upload_id_;           ///< empty until there are parts
  std::vector<std::string> etags_;  ///< of the parts that were sent
  uint64_t sent_bytes_ = 0;         ///< of these parts
};

}  // namespace starlift
