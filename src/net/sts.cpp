#include "net/sts.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/iso_time.h"
#include "base/text.h"

namespace starlift {

namespace {

QueryParameters parameters_of(const RoleRequest& role) {
  QueryParameters parameters = {{"RoleArn", role.role_arn}, {"RoleSessionName", role.session_name}};
  if (role.duration_s) parameters.emplace_back("DurationSeconds", *role.duration_s);
  if (role.external_id) parameters.emplace_back("ExternalId", *role.external_id);
  return parameters;
}

std::string_view remedy_of(const QueryAnswer& answer) {
  constexpr std::pair<std::string_view, std::string_view> kRemedies[] = {
      {"AccessDenied", "does the role trust the caller?"},
      {"InvalidClientTokenId", "check the keys that the role is taken on with"},
      {"SignatureDoesNotMatch", "check the secret that the role is taken on with, and this machine's clock"},
      {"ExpiredToken", "what the role is taken on with has expired; log in again"},
      {"ExpiredTokenException", "the web identity has expired; is its file renewed?"},
      {"InvalidIdentityToken", "does the role trust the token's issuer?"},
      {"RegionDisabledException", "set AWS_REGION to a region that is enabled"},
  };
  if (answer.response.failure != HttpResponse::Failure::kNone)
    return "check the network, AWS_REGION, and AWS_ENDPOINT_URL_STS where it is set";
  for (const auto& [code, remedy] : kRemedies)
    if (answer.error.code == code) return remedy;
  return "check the role, and what it is taken on with";
}

}  // namespace

TokenService::TokenService(const Variables& variables, const Cancellation* cancellation)
    : service_{.name = "sts",
               .version = "2011-06-15",
               .region = find_region(variables).value_or("us-east-1"),
               .endpoint = {}},
      cancellation_(cancellation) {
  service_.endpoint = find_service_endpoint(
      variables, "STS", fmt::format("sts.{}.{}", service_.region, aws_domain(service_.region)));
  http_.connect_timeout_s = 5;
  http_.silence_s = 5;
  http_.ca_file = find_variable(variables, "AWS_CA_BUNDLE").value_or("");
}

Credentials TokenService::assume_role(const RoleRequest& role, const Credentials& caller) const {
  return take_on("AssumeRole", parameters_of(role), {}, role.role_arn, caller);
}

Credentials TokenService::assume_role_with_web_identity(const RoleRequest& role,
                                                        const std::string& token_file) const {
  std::ifstream file(token_file, std::ios::binary);
  std::string token{std::istreambuf_iterator<char>(file), {}};
  if (token.empty()) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("cannot take on the role {}: the web identity token file {} cannot be read",
                            role.role_arn, token_file));
  }
  QueryParameters parameters = parameters_of(role);
  parameters.emplace_back("WebIdentityToken", trim(token));
  return take_on("AssumeRoleWithWebIdentity", std::move(parameters), {Secret(std::string(trim(token)))},
                 role.role_arn, {});
}

CallerIdentity TokenService::identify(std::shared_ptr<CredentialsSource> caller) const {
  QueryClient client(service_, std::move(caller), http_, cancellation_);
  QueryAnswer answer = client.send("GetCallerIdentity", {});
  std::string arn(answer.result.text_of("Arn"));
  if (arn.empty()) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} does not accept the credentials: it answers {}; are the key and its secret "
                            "whole, still valid, and the clock right?",
                            service_.endpoint.authority, describe_failure(answer.response)));
  }
  return {.account = std::string(answer.result.text_of("Account")), .arn = arn};
}

Credentials TokenService::take_on(const char* action, QueryParameters parameters, std::vector<Secret> secrets,
                                  const std::string& role_arn, const Credentials& caller) const {
  QueryClient client(service_, std::make_shared<FixedCredentials>(caller), http_, cancellation_);
  QueryAnswer answer = client.send(action, std::move(parameters), std::move(secrets));
  const XmlElement* found = answer.result.find("Credentials");
  if (!found || found->text_of("AccessKeyId").empty()) {
    throw Error(ErrorKind::kConfiguration, fmt::format("cannot take on the role {}: {} answers {}; {}",
                                                       role_arn, service_.endpoint.authority,
                                                       describe_failure(answer.response), remedy_of(answer)));
  }
  return {.access_key_id = std::string(found->text_of("AccessKeyId")),
          .secret_key = Secret(std::string(found->text_of("SecretAccessKey"))),
          .session_token = Secret(std::string(found->text_of("SessionToken"))),
          .expires_us = parse_iso_timestamp(found->text_of("Expiration"))};
}

}  // namespace starlift
