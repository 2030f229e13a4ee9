#include "net/profile_credentials.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "net/json_credentials.h"
#include "net/machine_credentials.h"
#include "net/program_output.h"
#include "net/sts.h"

namespace starlift {

namespace {

constexpr size_t kMaxProgramOutputBytes = 64 << 10;

[[noreturn]] void fail(const std::string& profile, const std::string& why) {
  throw Error(ErrorKind::kConfiguration, fmt::format("the AWS profile '{}' {}", profile, why));
}

bool has_credentials(const AwsProfiles::Settings& settings) {
  constexpr std::array kSources = {"role_arn", "credential_process", "aws_access_key_id"};
  return std::any_of(kSources.begin(), kSources.end(),
                     [&](const char* name) { return find_setting(settings, name).has_value(); });
}

std::optional<Credentials> keys_of(const std::string& profile, const AwsProfiles::Settings& settings) {
  auto key = find_setting(settings, "aws_access_key_id");
  if (!key) return std::nullopt;
  auto secret = find_setting(settings, "aws_secret_access_key");
  if (!secret) fail(profile, "has aws_access_key_id and no aws_secret_access_key");
  return Credentials{.access_key_id = *key,
                     .secret_key = Secret(*secret),
                     .session_token = Secret(find_setting(settings, "aws_session_token").value_or("")),
                     .expires_us = {}};
}

}  // namespace

std::optional<Credentials> ProfileCredentials::find(std::string& why_not) {
  const std::string& profile = profiles_.chosen();
  const auto* settings = profiles_.find(profile);
  if (!settings && profiles_.is_chosen_explicitly())
    fail(profile, fmt::format("(from AWS_PROFILE) is in neither of {}", profiles_.places()));
  if (!settings) {
    why_not = fmt::format("no profile '{}' in {}", profile, profiles_.places());
    return std::nullopt;
  }
  if (!has_credentials(*settings)) {
    bool is_sso = find_setting(*settings, "sso_session") || find_setting(*settings, "sso_start_url");
    why_not = fmt::format("the profile '{}' names none{}", profile,
                          is_sso ? " but single sign-on; give it credential_process = aws configure "
                                   "export-credentials --profile " +
                                       profile + " --format process"
                                 : "");
    return std::nullopt;
  }
  return resolve(profile);
}

bool ProfileCredentials::names_role_with_source() const {
  const auto* settings = profiles_.find(profiles_.chosen());
  return settings && find_setting(*settings, "role_arn") &&
         !find_setting(*settings, "web_identity_token_file");
}

/// In the order of the AWS CLI (botocore's credentials.py): a profile that lends its credentials to another
/// one's role lends its keys rather than its own role; keys of the credentials file come before a program,
/// those of the config file after it.
Credentials ProfileCredentials::resolve(const std::string& profile) {
  bool is_circle = std::find(resolving_.begin(), resolving_.end(), profile) != resolving_.end();
  if (is_circle) fail(profile, fmt::format("leads back to itself: {}", fmt::join(resolving_, " -> ")));
  resolving_.push_back(profile);
  const auto* settings = profiles_.find(profile);
  if (!settings) fail(profile, fmt::format("is in neither of {}", profiles_.places()));
  auto keys = keys_of(profile, *settings);
  bool is_lender = resolving_.size() > 1;
  if (keys && is_lender) return *keys;
  if (find_setting(*settings, "role_arn")) return take_on_role(profile, *settings);
  if (keys && profiles_.has_keys_in_credentials(profile)) return *keys;
  if (auto command = find_setting(*settings, "credential_process")) return run(profile, *command);
  if (keys) return *keys;
  fail(profile, "names no credentials");
}

Credentials ProfileCredentials::run(const std::string& profile, const std::string& command) {
  auto output = run_program(command, kMaxProgramOutputBytes, cancellation_);
  if (!output) fail(profile, "names a credential_process that failed; run it by hand");
  return parse_json_credentials(*output,
                                fmt::format("the credential_process of the AWS profile '{}'", profile));
}

Credentials ProfileCredentials::take_on_role(const std::string& profile,
                                             const AwsProfiles::Settings& settings) {
  if (find_setting(settings, "mfa_serial"))
    fail(profile, "asks for a one-time code (mfa_serial), which starlift cannot; use a credential_process");
  RoleRequest role{.role_arn = *find_setting(settings, "role_arn"),
                   .external_id = find_setting(settings, "external_id"),
                   .duration_s = find_setting(settings, "duration_seconds")};
  if (auto name = find_setting(settings, "role_session_name")) role.session_name = *name;
  TokenService service(variables_, cancellation_);
  if (auto token_file = find_setting(settings, "web_identity_token_file"))
    return service.assume_role_with_web_identity(role, *token_file);
  return service.assume_role(role, role_source(profile, settings));
}

Credentials ProfileCredentials::role_source(const std::string& profile,
                                            const AwsProfiles::Settings& settings) {
  if (auto source = find_setting(settings, "source_profile")) {
    // A profile may be its own source: then its keys take on its role.
    if (*source != profile) return resolve(*source);
    if (auto keys = keys_of(profile, settings)) return *keys;
    fail(profile, "is its own source_profile and has no keys");
  }
  std::string source = find_setting(settings, "credential_source").value_or("");
  std::string why_not = "nothing was found there";
  std::optional<Credentials> found;
  if (source == "Environment") found = environment_credentials(variables_);
  if (source == "EcsContainer") found = container_credentials(variables_, cancellation_);
  if (source == "Ec2InstanceMetadata") found = instance_credentials(variables_, why_not, cancellation_);
  if (found) return *found;
  if (source.empty()) fail(profile, "has role_arn and neither source_profile nor credential_source");
  fail(profile, fmt::format("has credential_source = {}: {}", source, why_not));
}

std::optional<Credentials> environment_credentials(const Variables& variables) {
  auto key = find_variable(variables, "AWS_ACCESS_KEY_ID");
  if (!key) return std::nullopt;
  auto secret = find_variable(variables, "AWS_SECRET_ACCESS_KEY");
  if (!secret)
    throw Error(ErrorKind::kConfiguration,
                "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not; set both");
  return Credentials{.access_key_id = *key,
                     .secret_key = Secret(*secret),
                     .session_token = Secret(find_variable(variables, "AWS_SESSION_TOKEN").value_or("")),
                     .expires_us = {}};
}

}  // namespace starlift
