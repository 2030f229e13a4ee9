#pragma once

#include <string>
#include <string_view>

namespace starlift {

/// Where objects live, as a source in dwh.cfg names it.
struct Location {
  enum class Scheme { kLocal, kS3 };
  Scheme scheme = Scheme::kLocal;
  std::string bucket;  ///< S3 only
  std::string path;    ///< a local path, or the prefix of S3 keys without a leading slash
};

/// Returns the location as people write it.
std::string to_string(const Location& location);

/// Reads "folder", "/folder", "file:///folder" or "s3://bucket/prefix".
/// Throws Error{kConfiguration} on another scheme, a missing bucket or one that cannot be a name; the error
/// shows no part of the text that may be a secret.
Location parse_location(std::string_view text);

}  // namespace starlift
