#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/object_store.h"

namespace starlift {

/// One answer of ListObjectsV2.
struct S3Page {
  std::vector<ObjectInfo> objects;  ///< keys as they are in the bucket, in ascending byte order
  std::vector<std::string> common_prefixes;
  bool is_truncated = false;
  std::string continuation_token;  ///< opaque
};

/// Reads an answer that was asked for with encoding-type=url. `place` names the bucket in errors.
/// Throws Error{kSource} for what is no listing, for keys that are not UTF-8 and for keys out of order.
S3Page parse_s3_page(std::string_view xml, const std::string& place);

}  // namespace starlift
