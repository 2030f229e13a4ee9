#include "project/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.h"
#include "base/text.h"

namespace starlift {

namespace {

struct KnownSection {
  std::string name;
  std::vector<std::string> keys;
};

void add_key(std::vector<KnownSection>& sections, const ConfigKey& key) {
  auto section = std::find_if(sections.begin(), sections.end(), [&](const KnownSection& known) {
    return is_same_name(known.name, key.section);
  });
  if (section == sections.end()) section = sections.insert(sections.end(), {key.section, {}});
  section->keys.push_back(key.key);
}

/// A name that public copies of the exercise use, and the key that it stands for.
struct OlderName {
  std::string_view section;
  std::string_view key;
  std::string_view new_section;
  std::string_view new_key;
};

constexpr std::array<OlderName, 8> kOlderNames = {{
    {"DWH", "DWH_CLUSTER_IDENTIFIER", "CLUSTER", "IDENTIFIER"},
    {"DWH", "DWH_NODE_TYPE", "CLUSTER", "NODE_TYPE"},
    {"DWH", "DWH_NUM_NODES", "CLUSTER", "NODES"},
    {"DWH", "DWH_DB", "CLUSTER", "DB_NAME"},
    {"DWH", "DWH_DB_USER", "CLUSTER", "DB_USER"},
    {"DWH", "DWH_DB_PASSWORD", "CLUSTER", "DB_PASSWORD"},
    {"DWH", "DWH_PORT", "CLUSTER", "DB_PORT"},
    {"DWH", "DWH_IAM_ROLE_NAME", "IAM_ROLE", "NAME"},
}};

const IniEntry* find_by_name(std::span<const IniEntry> entries, std::string_view section,
                             std::string_view key) {
  auto entry = std::find_if(entries.begin(), entries.end(), [&](const IniEntry& candidate) {
    return is_same_name(candidate.section, section) && is_same_name(candidate.key, key);
  });
  return entry == entries.end() ? nullptr : &*entry;
}

/// Returns the sections and keys of dwh.cfg that have a meaning for this definition.
std::vector<KnownSection> known_sections(const WarehouseDefinition& definition) {
  std::vector<KnownSection> sections = {
      {"AWS", {"KEY", "SECRET", "TOKEN", "ANONYMOUS"}},
      {"CLUSTER",
       {"HOST", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_PORT", "SSLMODE", "SSLROOTCERT", "AUTH",
        "AUTO_CREATE", "IDENTIFIER", "NODE_TYPE", "NODES", "REGION", "SUBNET_GROUP", "SECURITY_GROUP"}},
      {"COPY", {}},
      {"IAM_ROLE", {"ARN", "NAME"}},
      {"S3", {"REGION", "ENDPOINT", "PATH_STYLE", "REQUESTER_PAYS", "STAGING", "TIMEOUT_S"}},
      {"WAREHOUSE", {"ENGINE", "PATH"}},
  };
  for (const auto& older : kOlderNames)
    add_key(sections, {std::string(older.section), std::string(older.key)});
  add_key(sections, {"DWH", "DWH_CLUSTER_TYPE"});
  for (const auto& dataset : definition.datasets) {
    add_key(sections, dataset.source);
    if (dataset.jsonpaths) add_key(sections, *dataset.jsonpaths);
    add_key(sections, {"COPY", to_upper(dataset.name)});
  }
  return sections;
}

bool has_name(std::span<const std::string> names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& known) { return is_same_name(known, name); });
}

/// Returns what to write instead: the nearest name, or all there are.
std::string advice(std::string_view name, std::span<const std::string> known) {
  auto nearest = nearest_name(name, known);
  return nearest ? fmt::format("did you mean {}?", *nearest)
                 : fmt::format("known are {}", fmt::join(known, ", "));
}

bool has_scheme(const std::string& path) {
  size_t end = path.find("://");
  return end != path.npos && end > 0 && path.find('/') > end;
}

}  // namespace

Config Config::parse(std::string_view text, const std::string& file, const Environment& environment) {
  Config config;
  config.file_ = file;
  config.entries_ = parse_ini(text, file);
  config.environment_ = environment;
  return config;
}

std::optional<std::string> Config::get(std::string_view section, std::string_view key) const {
  if (auto variable = find_variable(section, key)) return environment_.at(*variable);
  const auto* entry = find_entry(section, key);
  return entry && !entry->value.empty() ? std::optional(entry->value) : std::nullopt;
}

std::optional<bool> Config::get_switch(std::string_view section, std::string_view key) const {
  auto text = get(section, key);
  if (!text) return std::nullopt;
  std::string value = to_lower(*text);
  if (value == "true" || value == "yes" || value == "on" || value == "1") return true;
  if (value == "false" || value == "no" || value == "off" || value == "0") return false;
  throw Error(ErrorKind::kConfiguration,
              fmt::format("{}: {} is a switch; write true or false", place(section, key), key));
}

std::string Config::place(std::string_view section, std::string_view key) const {
  if (auto variable = find_variable(section, key)) return *variable;
  const auto* entry = find_entry(section, key);
  return entry ? fmt::format("{}:{}", file_, entry->line) : fmt::format("[{}] {} in {}", section, key, file_);
}

std::string Config::resolve_path(const std::string& path) const {
  if (path.empty() || has_scheme(path)) return path;
  return (std::filesystem::path(file_).parent_path() / path).lexically_normal().string();
}

std::vector<std::string> Config::warnings(const WarehouseDefinition& definition) const {
  auto sections = known_sections(definition);
  std::vector<std::string> section_names;
  section_names.reserve(sections.size());
  for (const auto& section : sections)
    section_names.push_back(section.name);

  std::vector<std::string> warnings;
  std::vector<std::string> warned_sections;
  for (const auto& entry : entries_) {
    auto in_section = [&](const auto& named) { return is_same_name(named.name, entry.section); };
    auto section = std::find_if(sections.begin(), sections.end(), in_section);
    if (section == sections.end() && !has_name(warned_sections, entry.section)) {
      auto count = std::count_if(entries_.begin(), entries_.end(), [&](const IniEntry& other) {
        return is_same_name(other.section, entry.section);
      });
      warnings.push_back(fmt::format("{}:{}: section [{}] is unknown and its {} {} ignored; {}", file_,
                                     entry.line, entry.section, count, count == 1 ? "key is" : "keys are",
                                     advice(entry.section, section_names)));
      warned_sections.push_back(entry.section);
    } else if (section != sections.end() && !has_name(section->keys, entry.key)) {
      warnings.push_back(fmt::format("{}:{}: [{}] {} is unknown and ignored; {}", file_, entry.line,
                                     entry.section, entry.key, advice(entry.key, section->keys)));
    }
    for (int line : entry.doubtful_lines) {
      warnings.push_back(fmt::format(
          "{}:{}: the line is indented deeper than {} in line {} and so goes on with its value; begin "
          "it in the same column to make it a key",
          file_, line, entry.key, entry.line));
    }
  }
  return warnings;
}

Engine Config::engine() const {
  auto name = get("WAREHOUSE", "ENGINE");
  if (!name) return get("CLUSTER", "HOST") ? Engine::kRedshift : Engine::kDuckDb;
  auto engine = is_same_name(*name, "postgresql") ? Engine::kPostgres : parse_engine(*name);
  if (engine) return *engine;
  auto where = place("WAREHOUSE", "ENGINE");
  throw Error(ErrorKind::kConfiguration,
              fmt::format("{}: \"{}\" is no engine; write duckdb, postgres or redshift, and nothing after it",
                          where, *name))
      .at(where);
}

const IniEntry* Config::find_entry(std::string_view section, std::string_view key) const {
  const auto* entry = find_by_name(entries_, section, key);
  if (entry && !entry->value.empty()) return entry;
  for (const auto& older : kOlderNames) {
    if (!is_same_name(older.new_section, section) || !is_same_name(older.new_key, key)) continue;
    const auto* found = find_by_name(entries_, older.section, older.key);
    if (found && !found->value.empty()) return found;
  }
  return entry;
}

std::optional<std::string> Config::find_variable(std::string_view section, std::string_view key) const {
  auto name = fmt::format("STARLIFT_{}_{}", to_upper(section), to_upper(key));
  auto variable = environment_.find(name);
  return variable == environment_.end() || variable->second.empty() ? std::nullopt : std::optional(name);
}

Config::Environment process_environment() {
  Config::Environment variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    std::string_view text(*entry);
    size_t end = text.find('=');
    if (end != text.npos) variables.emplace(text.substr(0, end), text.substr(end + 1));
  }
  return variables;
}

}  // namespace starlift
