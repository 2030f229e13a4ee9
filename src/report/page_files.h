#pragma once

#include <span>
#include <string_view>

namespace starlift {

/// A file of src/report/page, and what its pages use of others.
struct PageFile {
  std::string_view name;
  std::string_view text;
};

/// All that is built into the binary.
std::span<const PageFile> page_files();

/// The text of one of them, which must be there.
std::string_view page_file(std::string_view name);

}  // namespace starlift
