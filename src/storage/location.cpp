#include "storage/location.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "net/uri.h"

namespace starlift {

namespace {

/// Returns what follows "file:" as a path: file:///a, file://localhost/a and file:/a all mean /a.
std::string local_path_of_file_url(std::string_view text) {
  std::string_view rest = text.substr(std::string_view("file:").size());
  if (rest.starts_with("//localhost/")) rest.remove_prefix(std::string_view("//localhost").size());
  if (rest.starts_with("///")) rest.remove_prefix(2);
  if (!rest.starts_with('/') || rest.starts_with("//")) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("'{}' names another host; write file:///folder for a local folder",
                            without_secrets(text)));
  }
  return std::string(rest);
}

/// What a bucket's name is made of (Amazon S3 User Guide, "General purpose bucket naming rules", with what
/// was allowed before them).
bool is_part_of_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

}  // namespace

std::string to_string(const Location& location) {
  if (location.scheme == Location::Scheme::kLocal) return location.path;
  return fmt::format("s3://{}/{}", location.bucket, location.path);
}

Location parse_location(std::string_view text) {
  if (text.starts_with("file:")) return {Location::Scheme::kLocal, {}, local_path_of_file_url(text)};
  size_t scheme_end = text.find("://");
  if (scheme_end == text.npos) return {Location::Scheme::kLocal, {}, std::string(text)};

  if (text.substr(0, scheme_end) != "s3") {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("'{}' has the unknown scheme '{}'; use s3://bucket/prefix, file:///folder or a path",
                    without_secrets(text), text.substr(0, scheme_end)));
  }
  std::string_view rest = text.substr(scheme_end + 3);
  size_t slash = rest.find('/');
  std::string bucket(rest.substr(0, slash));
  if (bucket.empty()) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("'{}' names no bucket; use s3://bucket/prefix", without_secrets(text)));
  }
  if (!std::all_of(bucket.begin(), bucket.end(), is_part_of_name)) {
    // What stands there may be a key and its secret.
    throw Error(
        ErrorKind::kConfiguration,
        "the bucket's name holds more than letters, digits, '.', '_' and '-'; use s3://bucket/prefix, "
        "and write credentials into [AWS]");
  }
  return {Location::Scheme::kS3, bucket, slash == rest.npos ? "" : std::string(rest.substr(slash + 1))};
}

}  // namespace starlift
