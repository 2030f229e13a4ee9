#include "warehouse/redshift/direct_copy.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/json_writer.h"
#include "sql/copy_statement.h"
#include "warehouse/redshift/manifest.h"

namespace starlift::redshift {

namespace {

std::string manifest_name(const DirectCopy& direct) {
  return direct.folder + "/manifest";
}
std::string json_paths_name(const DirectCopy& direct) {
  return direct.folder + "/jsonpaths.json";
}
std::string content_name(const DirectCopy& direct) {
  return direct.folder + "/content.json";
}

/// What the cluster is told, which goes when the load has ended, however it ends.
class Instructions {
 public:
  Instructions(const DirectCopy& direct, const ObjectCopy& copy) : direct_(direct) {
    JsonWriter json;
    json.begin_object().members("jsonpaths", copy.json_paths).end_object();
    put(json_paths_name(direct_), json.text());
    auto urls = copy.urls;
    if (!copy.content.empty()) {
      put(content_name(direct_), copy.content);
      urls.push_back(direct_.area.url(content_name(direct_)));
    }
    put(manifest_name(direct_), manifest_of(urls));
    direct_.area.flush();
  }
  ~Instructions() {
    try {
      direct_.area.remove(names_);
    } catch (const std::exception&) {
      // The next run that writes sweeps what is left.
    }
  }
  Instructions(const Instructions&) = delete;
  Instructions& operator=(const Instructions&) = delete;

 private:
  void put(const std::string& name, const std::string& content) {
    names_.push_back(name);
    direct_.area.put(name, content);
  }

  const DirectCopy& direct_;
  std::vector<std::string> names_;
};

/// Finds objects by the names that the system views have for them.
class ObjectNames {
 public:
  explicit ObjectNames(const std::vector<std::string>& urls) {
    for (size_t i = 0; i < urls.size(); ++i) {
      auto [entry, is_new] = indices_.try_emplace(shown(urls[i]), i);
      if (!is_new) entry->second = kAmbiguous;
    }
  }
  /// Returns the index of an object; nothing when the name is that of several, or of none.
  std::optional<size_t> find(std::string_view name) const {
    auto entry = indices_.find(shown(name));
    if (entry == indices_.end() || entry->second == kAmbiguous) return std::nullopt;
    return entry->second;
  }

 private:
  static constexpr size_t kAmbiguous = static_cast<size_t>(-1);
  /// A name is a CHAR(256), whose trailing blanks are lost.
  static std::string_view shown(std::string_view name) {
    constexpr size_t kShownBytes = 256;
    name = name.substr(0, kShownBytes);
    return name.substr(0, name.find_last_not_of(' ') + 1);
  }

  std::unordered_map<std::string_view, size_t> indices_;
};

}  // namespace

std::string direct_copy_sql(const DirectCopy& direct, const ObjectCopy& copy) {
  return copy_sql({.table = copy.table,
                   .columns = copy.columns,
                   .manifest_url = direct.area.url(manifest_name(direct)),
                   .iam_role = direct.iam_role,
                   .json_paths = direct.area.url(json_paths_name(direct)),
                   .compression = copy.compression,
                   .region = direct.area.region(),
                   .max_errors = copy.max_errors});
}

CopiedObjects copy_direct(libpq::Connection& connection, const LoadViews& views, const DirectCopy& direct,
                          const ObjectCopy& copy) {
  {
    Instructions instructions(direct, copy);
    connection.execute(direct_copy_sql(direct, copy));
  }
  uint64_t not_loaded = records_not_loaded(connection.notices());
  CopiedObjects copied{.rows = last_copy_count(connection)};
  auto told = views.ask(connection, copied.rows, not_loaded);
  ObjectNames names(copy.urls);
  for (auto& error : told.errors) {
    auto object = names.find(error.file);
    if (!object) {
      throw Error(
          ErrorKind::kMismatch,
          fmt::format("the cluster could not load a record of {}, which is not the name of just one of the "
                      "objects that it was given; nothing was committed",
                      error.file));
    }
    copied.bad_records.push_back(
        {.object = *object, .line = static_cast<uint64_t>(error.line), .reason = std::move(error.reason)});
  }
  for (const auto& [file, lines] : told.lines) {
    if (auto object = names.find(file)) copied.lines[*object] = lines;
  }
  return copied;
}

}  // namespace starlift::redshift
