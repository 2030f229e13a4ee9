#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/redshift/staging_area.h"

namespace starlift::redshift {

/// The parts of one load on their way to the staging area, compressed with zstd.
///
/// A cluster reads a compressed object with one slice, and a COPY takes as long as its busiest slice. So as
/// many parts are open as there are slices, rows go to the one that holds least, and all are closed together
/// when they hold enough: parts are equal in size, and their number is a multiple of the slices. Of a load of
/// a few thousand rows, and of what is left over in the end, there are fewer. Of more than 128 slices as many
/// are open as fit: then parts are a megabyte, and a slice that gets one more has little more to do.
class PartSet {
 public:
  /// `folder` is where they go in the area, which must outlive this.
  PartSet(StagingArea& area, std::string folder, size_t slices);
  ~PartSet();

  /// Adds rows, which stay together. Thread-safe.
  void append(std::string_view rows);

  /// Closes the last parts. Returns the names of all, when no thread appends any more.
  const std::vector<std::string>& finish();

  /// The names of the parts that may be in the area.
  const std::vector<std::string>& names() const { return names_; }

 private:
  class Part;

  Part& take_part();
  void give_back(Part& part, size_t grown_bytes);
  void close(Part& part);

  StagingArea& area_;
  const std::string folder_;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::vector<std::string> names_;
  size_t round_ = 0;        ///< of parts that are closed together
  size_t round_bytes_ = 0;  ///< compressed, in the parts of this round
};

}  // namespace starlift::redshift
