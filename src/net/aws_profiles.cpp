#include "net/aws_profiles.h"

#include <fstream>
#include <iterator>

#include "base/text.h"

namespace starlift {

namespace {

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The name of the profile that a section header stands for; empty when the section is something else.
std::string profile_of(std::string_view header, bool is_config) {
  header = trim(header);
  constexpr std::string_view kPrefix = "profile";
  bool has_prefix = header.starts_with("profile ") || header.starts_with("profile\t");
  if (has_prefix) return std::string(trim(header.substr(kPrefix.size())));
  return !is_config || header == "default" ? std::string(header) : std::string();
}

}  // namespace

std::optional<std::string> find_variable(const Variables& variables, const std::string& name) {
  auto found = variables.find(name);
  return found == variables.end() || found->second.empty() ? std::nullopt : std::optional(found->second);
}

AwsProfiles AwsProfiles::read(const Variables& variables) {
  AwsProfiles profiles;
  std::string home = find_variable(variables, "HOME").value_or("");
  profiles.config_file_ = find_variable(variables, "AWS_CONFIG_FILE").value_or(home + "/.aws/config");
  profiles.credentials_file_ =
      find_variable(variables, "AWS_SHARED_CREDENTIALS_FILE").value_or(home + "/.aws/credentials");
  auto named = find_variable(variables, "AWS_PROFILE");
  if (!named) named = find_variable(variables, "AWS_DEFAULT_PROFILE");
  profiles.is_chosen_explicitly_ = named.has_value();
  profiles.chosen_ = named.value_or("default");
  profiles.add(text_of_file(profiles.config_file_), true);
  profiles.add(text_of_file(profiles.credentials_file_), false);
  return profiles;
}

const AwsProfiles::Settings* AwsProfiles::find(const std::string& profile) const {
  auto found = profiles_.find(profile);
  return found == profiles_.end() ? nullptr : &found->second;
}

bool AwsProfiles::has_keys_in_credentials(const std::string& profile) const {
  return with_keys_in_credentials_.contains(profile);
}

/// Lines that make no sense are passed over, as AWS's tools do. An indented line belongs to the nested
/// setting above it ("s3 ="), none of which concerns us.
void AwsProfiles::add(std::string_view text, bool is_config) {
  Settings* settings = nullptr;
  std::string profile;
  for (std::string_view line : split(text, '\n')) {
    bool is_indented = line.starts_with(' ') || line.starts_with('\t');
    line = trim(line);
    if (line.empty() || line.front() == '#' || line.front() == ';' || is_indented) continue;
    if (line.front() == '[') {
      profile = profile_of(line.substr(1, line.find(']') - 1), is_config);
      settings = profile.empty() ? nullptr : &profiles_[profile];
      continue;
    }
    size_t equals = line.find('=');
    if (!settings || equals == line.npos) continue;
    std::string name = to_lower(trim(line.substr(0, equals)));
    if (!is_config && name == "aws_access_key_id") with_keys_in_credentials_.insert(profile);
    (*settings)[name] = trim(line.substr(equals + 1));
  }
}

std::optional<std::string> find_setting(const AwsProfiles::Settings& settings, const std::string& name) {
  return find_variable(settings, name);
}

std::optional<std::string> find_region(const Variables& variables) {
  if (auto region = find_variable(variables, "AWS_REGION")) return region;
  if (auto region = find_variable(variables, "AWS_DEFAULT_REGION")) return region;
  AwsProfiles profiles = AwsProfiles::read(variables);
  const auto* settings = profiles.find(profiles.chosen());
  return settings ? find_setting(*settings, "region") : std::nullopt;
}

}  // namespace starlift
