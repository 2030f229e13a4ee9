#include "net/sts.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/iso_time.h"
#include "base/process.h"
#include "base/text.h"
#include "net/aws_error.h"
#include "net/retry.h"
#include "net/sigv4.h"
#include "net/xml.h"

namespace starlift {

namespace {

constexpr RetryPolicy kPolicy{.max_attempts = 4};

QueryParameters form_of(const char* action, const RoleRequest& role) {
  QueryParameters form = {{"Action", action},
                          {"Version", "2011-06-15"},
                          {"RoleArn", role.role_arn},
                          {"RoleSessionName", role.session_name}};
  if (role.duration_s) form.emplace_back("DurationSeconds", *role.duration_s);
  if (role.external_id) form.emplace_back("ExternalId", *role.external_id);
  return form;
}

/// The element <Credentials>, which lies two levels deep.
const XmlElement* find_credentials(const XmlElement& root) {
  for (const auto& result : root.children) {
    if (const auto* found = result.find("Credentials")) return found;
  }
  return nullptr;
}

}  // namespace

TokenService::TokenService(const Variables& variables)
    : region_(find_region(variables).value_or("us-east-1")) {
  auto named = find_variable(variables, "AWS_ENDPOINT_URL_STS");
  bool is_china = region_.starts_with("cn-");
  endpoint_ =
      parse_endpoint(named.value_or(fmt::format("sts.{}.amazonaws.com{}", region_, is_china ? ".cn" : "")));
  ca_file_ = find_variable(variables, "AWS_CA_BUNDLE").value_or("");
}

Credentials TokenService::assume_role(const RoleRequest& role, const Credentials& caller) const {
  return call(form_of("AssumeRole", role), role.role_arn, caller);
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
  QueryParameters form = form_of("AssumeRoleWithWebIdentity", role);
  form.emplace_back("WebIdentityToken", trim(token));
  return call(std::move(form), role.role_arn, {});
}

Credentials TokenService::call(QueryParameters form, const std::string& role_arn,
                               const Credentials& caller) const {
  HttpClient client({.connect_timeout_s = 5, .ca_file = ca_file_});
  RequestSigner signer("sts", region_);
  HttpResponse response = send_with_retries(client, kPolicy, [&] {
    HttpRequest request{.method = "POST", .endpoint = endpoint_};
    request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = encode_query(form);
    signer.sign(request, caller, now_us());
    return request;
  });
  auto root = response.is_success() ? parse_xml(response.body) : std::nullopt;
  const XmlElement* found = root ? find_credentials(*root) : nullptr;
  if (!found || found->text_of("AccessKeyId").empty()) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("cannot take on the role {}: {} answers {}; does the role trust the caller?",
                            role_arn, endpoint_.authority, describe_failure(response)));
  }
  return {.access_key_id = std::string(found->text_of("AccessKeyId")),
          .secret_key = Secret(std::string(found->text_of("SecretAccessKey"))),
          .session_token = Secret(std::string(found->text_of("SessionToken"))),
          .expires_us = parse_iso_timestamp(found->text_of("Expiration"))};
}

}  // namespace starlift
