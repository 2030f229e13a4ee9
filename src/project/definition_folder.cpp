#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/error.h"
#include "project/definition.h"
#include "project/names.h"

namespace starlift {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolders[] = {"staging", "star", "analytics", "checks"};

Error no_definition(const std::string& folder, std::string_view why) {
  return Error(ErrorKind::kDefinition, fmt::format("no warehouse definition in {}: {}; \"starlift init DIR\" "
                                                   "writes the built-in one to DIR as an example",
                                                   folder, why))
      .at(folder);
}

Error cannot(std::string_view verb, const fs::path& path, std::string_view why) {
  return Error(ErrorKind::kDefinition, fmt::format("cannot {} {}: {}", verb, path.string(), why))
      .at(path.string());
}

bool is_missing(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error).type() == fs::file_type::not_found;
}

std::string read_text(const fs::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  bool is_broken = text.fail() && errno != 0;  // an empty file fails too, without a reason
  if (!file.is_open() || is_broken) throw cannot("read", path, std::strerror(errno));
  return text.str();
}

bool is_definition_file(const fs::directory_entry& entry) {
  const auto& path = entry.path();
  std::error_code ignored;
  return !path.filename().string().starts_with('.') &&
         (path.extension() == ".toml" || path.extension() == ".sql") && entry.is_regular_file(ignored);
}

/// Adds the files of one of the four folders; it need not exist.
void add_folder(const fs::path& root, std::string_view name, std::vector<DefinitionFile>& files) {
  auto folder = root / name;
  std::error_code error;
  if (is_missing(folder)) return;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (!is_definition_file(*entry)) continue;
    files.push_back(
        {fmt::format("{}/{}", name, entry->path().filename().string()), read_text(entry->path())});
  }
  if (error) throw cannot("list", folder, error.message());
}

void write_text(const fs::path& path, std::string_view text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw cannot("create", path.parent_path(), error.message());
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) throw cannot("write", path, std::strerror(errno));
}

}  // namespace

std::vector<DefinitionFile> read_definition_folder(const std::string& folder) {
  fs::path root(folder);
  std::error_code error;
  if (is_missing(root)) throw no_definition(folder, "the folder does not exist");
  if (!fs::is_directory(root, error)) {
    throw no_definition(folder, error ? error.message() : "it is no folder");
  }
  if (is_missing(root / kWarehouseFile)) throw no_definition(folder, "it holds no warehouse.toml");
  std::vector<DefinitionFile> files{{std::string(kWarehouseFile), read_text(root / kWarehouseFile)}};
  for (auto name : kFolders)
    add_folder(root, name, files);
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

void write_definition_folder(std::span<const DefinitionFile> files, const std::string& folder) {
  fs::path root(folder);
  for (const auto& file : files) {
    if (!is_missing(root / file.path)) {
      throw cannot("write", root / file.path,
                   "it exists already and is left as it is; name a new or empty folder");
    }
  }
  for (const auto& file : files)
    write_text(root / file.path, file.text);
}

}  // namespace starlift
