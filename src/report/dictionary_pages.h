#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/dictionary.h"
#include "pipeline/schema.h"

namespace starlift {

/// A file of a data dictionary.
struct DictionaryPage {
  std::string name;  ///< "index.html", "users.html"
  std::string html;
};

/// Writes a data dictionary: a page for the whole with the picture of the schema, and one per table.
/// `entries` has one per table of the schema.
std::vector<DictionaryPage> dictionary_pages(const Schema& schema, std::span<const DictionaryEntry> entries);

}  // namespace starlift
