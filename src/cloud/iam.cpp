#include "cloud/iam.h"

#include <fmt/format.h>

namespace starlift {

namespace {

/// Where IAM is, per partition, and which region signs for it (AWS General Reference, "IAM endpoints").
QueryService iam_service(const CloudAccess& access) {
  std::string region = "us-east-1", host = "iam.amazonaws.com";
  if (access.region.starts_with("cn-")) {
    region = "cn-north-1";
    host = "iam.cn-north-1.amazonaws.com.cn";
  } else if (access.region.starts_with("us-gov-")) {
    region = "us-gov-west-1";
    host = "iam.us-gov.amazonaws.com";
  }
  return {.name = "iam",
          .version = "2010-05-08",
          .region = region,
          .endpoint = find_service_endpoint(access.variables, "IAM", host)};
}

}  // namespace

IamClient::IamClient(const CloudAccess& access)
    : client_(iam_service(access), access.credentials, access.http(), access.cancellation) {}

std::optional<Role> IamClient::find_role(const std::string& name) {
  QueryAnswer answer = client_.send("GetRole", {{"RoleName", name}});
  if (answer.has_code("NoSuchEntity")) return std::nullopt;
  if (!answer.is_success()) refuse(client_, "GetRole", "look for the role " + name, answer);
  const XmlElement* role = answer.result.find("Role");
  if (!role) return std::nullopt;
  return Role{.name = child_text(*role, "RoleName"),
              .arn = child_text(*role, "Arn"),
              .trust_policy = uri_decode(role->text_of("AssumeRolePolicyDocument")).value_or(""),
              .tags = parse_tags(role->find("Tags"))};
}

void IamClient::create_role(const std::string& name, const std::string& trust_policy,
                            const std::string& description, const Tags& tags) {
  QueryParameters parameters = {
      {"RoleName", name}, {"AssumeRolePolicyDocument", trust_policy}, {"Description", description}};
  int number = 0;
  for (const auto& [key, value] : tags) {
    parameters.emplace_back(fmt::format("Tags.member.{}.Key", ++number), key);
    parameters.emplace_back(fmt::format("Tags.member.{}.Value", number), value);
  }
  QueryAnswer answer = client_.send("CreateRole", std::move(parameters));
  if (!answer.is_success() && !answer.has_code("EntityAlreadyExists"))
    refuse(client_, "CreateRole", "create the role " + name, answer);
}

void IamClient::put_trust_policy(const std::string& role, const std::string& document) {
  call(client_, "UpdateAssumeRolePolicy", {{"RoleName", role}, {"PolicyDocument", document}},
       "write the trust policy of the role " + role);
}

void IamClient::delete_role(const std::string& name) {
  QueryAnswer answer = client_.send("DeleteRole", {{"RoleName", name}});
  if (!answer.is_success() && !answer.has_code("NoSuchEntity"))
    refuse(client_, "DeleteRole", "delete the role " + name, answer);
}

std::optional<std::string> IamClient::find_role_policy(const std::string& role, const std::string& policy) {
  QueryAnswer answer = client_.send("GetRolePolicy", {{"RoleName", role}, {"PolicyName", policy}});
  if (answer.has_code("NoSuchEntity")) return std::nullopt;
  if (!answer.is_success())
    refuse(client_, "GetRolePolicy", fmt::format("read the policy {} of the role {}", policy, role), answer);
  return uri_decode(answer.result.text_of("PolicyDocument"));
}

void IamClient::put_role_policy(const std::string& role, const std::string& policy,
                                const std::string& document) {
  call(client_, "PutRolePolicy", {{"RoleName", role}, {"PolicyName", policy}, {"PolicyDocument", document}},
       fmt::format("write the policy {} of the role {}", policy, role));
}

void IamClient::delete_role_policy(const std::string& role, const std::string& policy) {
  QueryAnswer answer = client_.send("DeleteRolePolicy", {{"RoleName", role}, {"PolicyName", policy}});
  if (!answer.is_success() && !answer.has_code("NoSuchEntity"))
    refuse(client_, "DeleteRolePolicy", fmt::format("delete the policy {} of the role {}", policy, role),
           answer);
}

bool IamClient::allows(const std::string& role_arn, const std::string& action,
                       const std::string& resource_arn, const std::map<std::string, std::string>& context) {
  QueryParameters parameters = {{"PolicySourceArn", role_arn},
                                {"ActionNames.member.1", action},
                                {"ResourceArns.member.1", resource_arn}};
  int number = 0;
  for (const auto& [key, value] : context) {
    std::string entry = fmt::format("ContextEntries.member.{}.", ++number);
    parameters.emplace_back(entry + "ContextKeyName", key);
    parameters.emplace_back(entry + "ContextKeyType", "string");
    parameters.emplace_back(entry + "ContextKeyValues.member.1", value);
  }
  XmlElement result = call(client_, "SimulatePrincipalPolicy", std::move(parameters),
                           fmt::format("ask what {} may do", role_arn));
  const XmlElement* list = result.find("EvaluationResults");
  const XmlElement* evaluation = list ? list->find("member") : nullptr;
  return evaluation && evaluation->text_of("EvalDecision") == "allowed";
}

}  // namespace starlift
