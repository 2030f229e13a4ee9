#pragma once

#include <string_view>

#include "net/http_message.h"

namespace starlift {

/// What an answer says of its body's checksum.
enum class ChecksumVerdict {
  kNone,  ///< it gives none that we know, or one over something else than this body
  kRight,
  kWrong,
};

/// Compares the body of a whole object with its header x-amz-checksum-crc32, -crc32c, -crc64nvme, -sha1 or
/// -sha256 (Amazon S3 User Guide, "Checking object integrity"). Servers send one when x-amz-checksum-mode
/// asks for it.
ChecksumVerdict verify_checksum(const HttpResponse& response);

/// Returns true when an entity tag has the form of an MD5: 32 hex digits. Whether it is one only the store
/// knows.
bool looks_like_md5(std::string_view etag);

}  // namespace starlift
