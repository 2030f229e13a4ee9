#include "net/credentials_chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/process.h"
#include "net/machine_credentials.h"
#include "net/profile_credentials.h"
#include "net/sts.h"

namespace starlift {

namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kRenewBefore = 300 * kSecond;
constexpr int64_t kLongestPause = 30 * kSecond;

std::optional<Credentials> web_identity_credentials(const Variables& variables,
                                                    const Cancellation* cancellation) {
  auto token_file = find_variable(variables, "AWS_WEB_IDENTITY_TOKEN_FILE");
  auto role_arn = find_variable(variables, "AWS_ROLE_ARN");
  if (!token_file || !role_arn) return std::nullopt;
  RoleRequest role{.role_arn = *role_arn, .external_id = {}, .duration_s = {}};
  if (auto name = find_variable(variables, "AWS_ROLE_SESSION_NAME")) role.session_name = *name;
  return TokenService(variables, cancellation).assume_role_with_web_identity(role, *token_file);
}

}  // namespace

CredentialsChain::CredentialsChain(std::optional<Credentials> given, std::string given_place,
                                   Variables variables, const Cancellation* cancellation)
    : given_(std::move(given)),
      given_place_(std::move(given_place)),
      variables_(std::move(variables)),
      cancellation_(cancellation) {}

Credentials CredentialsChain::get() {
  std::lock_guard lock(mutex_);
  int64_t now = now_us();
  if (found_ && (!found_->expires_us || now < *found_->expires_us - kRenewBefore)) return *found_;
  bool still_holds = found_ && now < *found_->expires_us;
  if (still_holds && now < ask_again_us_) return *found_;
  try {
    found_ = find();
  } catch (const Error&) {
    if (!still_holds) throw;
  }
  int64_t left = found_->expires_us.value_or(now) - now;
  ask_again_us_ = now + std::clamp(left / 2, kSecond, kLongestPause);
  return *found_;
}

Credentials CredentialsChain::find() const {
  if (given_) return *given_;
  if (auto found = environment_credentials(variables_)) return *found;
  ProfileCredentials profile(variables_, cancellation_);
  if (!profile.names_role_with_source()) {
    if (auto found = web_identity_credentials(variables_, cancellation_)) return *found;
  }
  std::string why_no_profile, why_no_instance;
  if (auto found = profile.find(why_no_profile)) return *found;
  if (auto found = container_credentials(variables_, cancellation_)) return *found;
  if (auto found = instance_credentials(variables_, why_no_instance, cancellation_)) return *found;
  throw Error(
      ErrorKind::kConfiguration,
      fmt::format("no AWS credentials were found. Tried: {} (not set); AWS_ACCESS_KEY_ID (not set); "
                  "AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN (not set); the shared files ({}); the "
                  "container's service (not set); the instance's metadata ({}). Give them in one of "
                  "these places, or write ANONYMOUS = true for a public bucket",
                  given_place_, why_no_profile, why_no_instance));
}

}  // namespace starlift
