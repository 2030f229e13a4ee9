#include "cluster/role_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/json_writer.h"

namespace starlift {

namespace {

constexpr const char* kRedshift = "redshift.amazonaws.com";  // in every partition

/// What * ? and $ in a policy stand for when they are meant as they are (IAM User Guide, "Policy variables").
std::string literal(std::string_view key) {
  std::string text;
  for (char c : key) {
    if (c == '*' || c == '?' || c == '$') {
      text += {'$', '{', c, '}'};
    } else {
      text += c;
    }
  }
  return text;
}

/// The keys of a location, as patterns: a prefix is a folder, or one object.
std::vector<std::string> key_patterns(const Location& location) {
  std::string key = literal(location.path);
  if (key.empty()) return {"*"};
  if (key.ends_with('/')) return {key + "*"};
  return {key, key + "/*"};
}

void add_location(std::vector<Location>& locations, const Config& config, const ConfigKey& key) {
  auto text = config.get(key.section, key.key);
  if (!text) return;
  Location location;
  try {
    location = parse_location(*text);
  } catch (const Error& error) {
    throw Error(error.kind(), config.place(key.section, key.key) + ": " + error.what());
  }
  if (location.scheme == Location::Scheme::kS3) locations.push_back(location);
}

void begin_statement(JsonWriter& json, const char* id, const std::vector<std::string>& actions) {
  json.begin_object().member("Sid", id).member("Effect", "Allow").members("Action", actions);
}

}  // namespace

std::vector<Location> find_read_locations(const Config& config, const WarehouseDefinition& definition) {
  std::vector<Location> locations;
  for (const auto& dataset : definition.datasets) {
    add_location(locations, config, dataset.source);
    if (dataset.jsonpaths) add_location(locations, config, *dataset.jsonpaths);
  }
  add_location(locations, config, {"S3", "STAGING"});
  return locations;
}

std::string trust_policy() {
  JsonWriter json;
  json.begin_object().member("Version", "2012-10-17").key("Statement").begin_array();
  json.begin_object().member("Effect", "Allow");
  json.key("Principal").begin_object().member("Service", kRedshift).end_object();
  json.member("Action", "sts:AssumeRole").end_object();
  return json.end_array().end_object().text();
}

bool names_redshift(std::string_view trust_policy) {
  return trust_policy.find(fmt::format("\"{}\"", kRedshift)) != trust_policy.npos;
}

std::string read_policy(const std::vector<Location>& locations, const std::string& arn_prefix) {
  std::map<std::string, std::set<std::string>> patterns_by_bucket;
  for (const auto& location : locations) {
    for (const auto& pattern : key_patterns(location))
      patterns_by_bucket[location.bucket].insert(pattern);
  }
  std::vector<std::string> buckets, objects;
  JsonWriter json;
  json.begin_object().member("Version", "2012-10-17").key("Statement").begin_array();
  int number = 0;
  for (const auto& [bucket, patterns] : patterns_by_bucket) {
    buckets.push_back(fmt::format("{}:s3:::{}", arn_prefix, bucket));
    for (const auto& pattern : patterns)
      objects.push_back(fmt::format("{}/{}", buckets.back(), pattern));
    begin_statement(json, ("List" + std::to_string(++number)).c_str(), {"s3:ListBucket"});
    json.member("Resource", buckets.back()).key("Condition").begin_object();
    json.key("StringLike").begin_object().members("s3:prefix", patterns).end_object();
    json.end_object().end_object();
  }
  begin_statement(json, "Locate", {"s3:GetBucketLocation"});
  json.members("Resource", buckets).end_object();
  begin_statement(json, "Read", {"s3:GetObject"});
  json.members("Resource", objects).end_object();
  return json.end_array().end_object().text();
}

std::string compact_json(std::string_view json) {
  std::string text;
  bool is_in_string = false, is_escaped = false;
  for (char c : json) {
    bool is_blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (is_in_string || !is_blank) text += c;
    if (c == '"' && !is_escaped) is_in_string = !is_in_string;
    is_escaped = c == '\\' && !is_escaped;
  }
  return text;
}

}  // namespace starlift
