#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "project/definition.h"
#include "project/ini.h"
#include "sql/dialect.h"

namespace starlift {

/// dwh.cfg as read: values by section and key, the environment laid over it.
///
/// INI as Python's configparser reads it: `[SECTION]`, `KEY = value` or `KEY: value`, comments after
/// # or ; at the start of a line, names case-insensitive; values may be quoted. Every key can come
/// from the environment, which wins unless it is empty: STARLIFT_<SECTION>_<KEY>. A key that has no value
/// takes that of its older name, such as [DWH] DWH_DB for [CLUSTER] DB_NAME.
class Config {
 public:
  /// Variables by name; injected by tests.
  using Environment = std::map<std::string, std::string>;

  /// Reads the file's text. `file` names it in errors; relative paths in it are relative to its
  /// folder. Throws Error{kConfiguration} with file and line.
  static Config parse(std::string_view text, const std::string& file, const Environment& environment);

  /// Returns the value, or nothing when it is absent or empty.
  std::optional<std::string> get(std::string_view section, std::string_view key) const;

  /// Returns a value that is true or false, however it is written (yes, off, 1 ...). Throws
  /// Error{kConfiguration} with the place of one that is neither.
  std::optional<bool> get_switch(std::string_view section, std::string_view key) const;

  /// Says where a value came from or is to be written, for messages: "dwh.cfg:12" or
  /// "STARLIFT_S3_LOG_DATA" or "[S3] LOG_DATA in dwh.cfg".
  std::string place(std::string_view section, std::string_view key) const;

  /// Returns the name of the file.
  const std::string& file() const { return file_; }

  /// Returns a local path resolved against the folder of the file; an absolute path or one with a
  /// scheme stays as it is.
  std::string resolve_path(const std::string& path) const;

  /// One warning per key (or section) that starlift does not know, with the nearest known name, and per line
  /// that goes on with a value but looks like a key.
  /// Never holds a value. `definition` adds the keys its datasets name.
  std::vector<std::string> warnings(const WarehouseDefinition& definition) const;

  /// The engine by [WAREHOUSE] ENGINE; without it Redshift when [CLUSTER] HOST is set, else DuckDB.
  /// Throws Error{kConfiguration} on a name that is none.
  Engine engine() const;

 private:
  /// Returns the entry of a key, or of its older name when only that has a value.
  const IniEntry* find_entry(std::string_view section, std::string_view key) const;
  /// Returns the name of the environment variable of a key when that is set and not empty.
  std::optional<std::string> find_variable(std::string_view section, std::string_view key) const;

  std::string file_;
  std::vector<IniEntry> entries_;  ///< of the file, in its order
  Environment environment_;
};

/// Returns the environment of this process.
Config::Environment process_environment();

}  // namespace starlift
