#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace starlift {

/// A folder in S3 that belongs to one warehouse: where a load's parts lie while the cluster copies them.
/// Thread-safe.
class StagingArea {
 public:
  virtual ~StagingArea() = default;

  /// Returns how the cluster finds an object: "s3://bucket/folder/name".
  virtual std::string url(std::string_view name) const = 0;

  /// Finds the bucket's region; empty where it has none, and when nobody says.
  virtual std::string region() = 0;

  /// Writes an object; may return before it is kept. Throws Error{kSource}.
  virtual void put(std::string_view name, std::string_view bytes) = 0;

  /// Waits until all that was put is kept. Throws Error{kSource} when something is not.
  virtual void flush() = 0;

  /// Returns the names of all objects in the folder, whoever left them.
  virtual std::vector<std::string> list() = 0;

  /// Removes objects. Throws Error{kSource}.
  virtual void remove(const std::vector<std::string>& names) = 0;
};

}  // namespace starlift
