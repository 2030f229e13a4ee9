#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace starlift {

/// Environment variables by name.
using Variables = std::map<std::string, std::string>;

/// Returns the value of a variable; nothing when it is not set or empty.
std::optional<std::string> find_variable(const Variables& variables, const std::string& name);

/// The profiles of the files that AWS's own tools share: ~/.aws/config and ~/.aws/credentials, or those that
/// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name (AWS SDKs and Tools Reference Guide, "Shared config
/// and credentials files"). Files that are not there count as empty.
class AwsProfiles {
 public:
  /// The settings of one profile by name in lower case. Where both files have one, that of credentials
  /// counts.
  using Settings = std::map<std::string, std::string>;

  static AwsProfiles read(const Variables& variables);

  const Settings* find(const std::string& profile) const;
  /// Whether the profile's keys are in the credentials file, where AWS's tools look before they run a
  /// program.
  bool has_keys_in_credentials(const std::string& profile) const;
  /// The profile that AWS_PROFILE names, else "default".
  const std::string& chosen() const { return chosen_; }
  bool is_chosen_explicitly() const { return is_chosen_explicitly_; }
  /// Where the profiles were looked for, for messages.
  std::string places() const { return config_file_ + " and " + credentials_file_; }

 private:
  void add(std::string_view text, bool is_config);

  std::string config_file_;
  std::string credentials_file_;
  std::string chosen_;
  bool is_chosen_explicitly_ = false;
  std::map<std::string, Settings> profiles_;
  std::set<std::string> with_keys_in_credentials_;
};

/// Returns a setting of a profile; nothing when it is not there or empty.
std::optional<std::string> find_setting(const AwsProfiles::Settings& settings, const std::string& name);

/// The region that AWS_REGION, AWS_DEFAULT_REGION or the chosen profile names.
std::optional<std::string> find_region(const Variables& variables);

}  // namespace starlift
