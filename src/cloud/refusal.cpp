#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cloud/cloud_access.h"

namespace starlift {

namespace {

struct Remedy {
  std::string_view code;
  std::string_view what_to_try;
};

/// By the codes that the services' models name.
constexpr std::array<Remedy, 23> kRemedies = {{
    {"ClusterQuotaExceeded",
     "delete a cluster that nobody needs, or ask for a higher quota of Redshift in this region"},
    {"NumberOfNodesQuotaExceeded",
     "ask for fewer nodes ([CLUSTER] NODES), or for a higher quota of Redshift nodes"},
    {"NumberOfNodesPerClusterLimitExceeded", "ask for fewer nodes ([CLUSTER] NODES)"},
    {"InsufficientClusterCapacity",
     "AWS has no such nodes left there: try later, another [CLUSTER] NODE_TYPE or REGION"},
    {"LimitExceeded", "the account holds as many of them as it may: remove one, or ask for a higher quota"},
    {"LimitExceededFault",
     "the account holds as many of them as it may: remove one, or ask for a higher quota"},
    {"SecurityGroupLimitExceeded", "the VPC holds as many security groups as it may: remove one"},
    {"ClusterSnapshotQuotaExceeded", "delete old snapshots, or remove the cluster with --no-snapshot"},
    {"ClusterSubnetGroupNotFoundFault", "name one that exists in [CLUSTER] SUBNET_GROUP"},
    {"InvalidSubnet", "name a subnet group of this region in [CLUSTER] SUBNET_GROUP"},
    {"InvalidVPCNetworkStateFault",
     "name a subnet group in [CLUSTER] SUBNET_GROUP: there is no usable default VPC"},
    {"ClusterNotFound", "is [CLUSTER] IDENTIFIER right, and REGION the cluster's?"},
    {"InvalidClusterState",
     "the cluster is busy with something else; starlift cluster status shows with what"},
    {"DeleteConflict", "somebody attached more to the role; take that away, then run this again"},
    {"DependencyViolation", "something else uses the security group; take it off there, then run this again"},
    {"MalformedPolicyDocument", "does a source in dwh.cfg hold an unusual character?"},
    {"InvalidClientTokenId", "the access key does not exist in this account, or was disabled"},
    {"SignatureDoesNotMatch", "the secret does not belong to the access key"},
    {"IncompleteSignature", "are KEY and SECRET whole?"},
    {"MissingAuthenticationToken",
     "the request was not signed: ANONYMOUS under [AWS] does for public buckets alone"},
    {"ExpiredToken", "the temporary credentials have expired: get new ones"},
    {"RequestExpired", "set this machine's clock"},
    {"AuthFailure", "the credentials are not valid here; is the region enabled for the account?"},
}};

bool is_denied(const QueryAnswer& answer) {
  for (const char* code :
       {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}) {
    if (answer.has_code(code)) return true;
  }
  return answer.error.code.empty() && answer.response.status == 403;
}

std::string what_to_try(const QueryClient& client, const std::string& action, const QueryAnswer& answer) {
  if (is_denied(answer)) {
    // The service's own words name the permission when it is not the action's own, such as iam:PassRole.
    return fmt::format("the caller needs the permission {}:{}, or the one that is named there",
                       client.service().name, action);
  }
  for (const auto& remedy : kRemedies) {
    if (answer.has_code(remedy.code)) return std::string(remedy.what_to_try);
  }
  if (answer.response.failure == HttpResponse::Failure::kUnreachable)
    return fmt::format("is {} reachable from here, and the region right?",
                       client.service().endpoint.authority);
  return {};
}

}  // namespace

Error refusal_of(const QueryClient& client, const std::string& action, const std::string& doing,
                 const QueryAnswer& answer) {
  std::string message = fmt::format("cannot {}: {} answers {}", doing, client.service().name,
                                    describe_failure(answer.response));
  std::string remedy = what_to_try(client, action, answer);
  if (!remedy.empty()) message += "; " + remedy;
  bool is_the_callers =
      answer.response.status >= 400 && answer.response.status < 500 && !may_pass(answer.response);
  return {is_the_callers ? ErrorKind::kConfiguration : ErrorKind::kSource, message};
}

void refuse(const QueryClient& client, const std::string& action, const std::string& doing,
            const QueryAnswer& answer) {
  Error error = refusal_of(client, action, doing, answer);
  if (is_denied(answer)) throw Denied(error.kind(), error.what());
  throw Error(std::move(error));
}

XmlElement call(QueryClient& client, const std::string& action, QueryParameters parameters,
                const std::string& doing) {
  QueryAnswer answer = client.send(action, std::move(parameters));
  if (!answer.is_success()) refuse(client, action, doing, answer);
  return std::move(answer.result);
}

}  // namespace starlift
