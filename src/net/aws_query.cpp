#include "net/aws_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/process.h"
#include "net/retry.h"

namespace starlift {

namespace {

/// Half a minute on average, a minute at most: what the services ask for who are throttled or depend on
/// another.
constexpr RetryPolicy kPolicy{.max_attempts = 8,
                              .first_delay = std::chrono::milliseconds(500),
                              .longest_delay = std::chrono::seconds(20)};

/// Codes that ask for another attempt later although the status blames the caller (AWS SDKs and Tools
/// Reference Guide, "Retry behavior"; the errors of the services' models that say so).
constexpr std::array<std::string_view, 10> kPassingCodes = {"Throttling",
                                                            "ThrottlingException",
                                                            "ThrottledException",
                                                            "RequestLimitExceeded",
                                                            "RequestThrottled",
                                                            "TooManyRequestsException",
                                                            "BandwidthLimitExceeded",
                                                            "ConcurrentModification",
                                                            "DependentServiceRequestThrottlingFault",
                                                            "DependentServiceUnavailableFault"};

}  // namespace

bool may_pass(const HttpResponse& response) {
  if (is_transient(response)) return true;
  if (response.status != 400 && response.status != 403 && response.status != 409) return false;
  std::string code = parse_aws_error(response).code;
  return std::find(kPassingCodes.begin(), kPassingCodes.end(), code) != kPassingCodes.end();
}

Endpoint find_service_endpoint(const Variables& variables, const std::string& id, const std::string& host) {
  for (const auto& name : {"AWS_ENDPOINT_URL_" + id, std::string("AWS_ENDPOINT_URL")}) {
    auto address = find_variable(variables, name);
    if (!address) continue;
    try {
      return parse_endpoint(*address);
    } catch (const Error& error) {
      throw Error(error.kind(), fmt::format("{}: {}", name, error.what()));
    }
  }
  return parse_endpoint(host);
}

std::string aws_domain(std::string_view region) {
  return region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

void add_list(QueryParameters& parameters, const std::string& prefix, std::span<const std::string> values) {
  for (size_t i = 0; i < values.size(); ++i)
    parameters.emplace_back(fmt::format("{}.{}", prefix, i + 1), values[i]);
}

QueryClient::QueryClient(QueryService service, std::shared_ptr<CredentialsSource> credentials,
                         const HttpClient::Options& http, const Cancellation* cancellation)
    : service_(std::move(service)),
      credentials_(std::move(credentials)),
      cancellation_(cancellation),
      signer_(service_.name, service_.region),
      client_(http) {}

QueryAnswer QueryClient::send(const std::string& action, QueryParameters parameters,
                              std::vector<Secret> secrets) {
  parameters.emplace_back("Action", action);
  parameters.emplace_back("Version", service_.version);
  auto make = [this, body = encode_query(parameters), secrets = std::move(secrets)] {
    HttpRequest request{.method = "POST", .endpoint = service_.endpoint};
    request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
    request.body = body;
    request.secrets = secrets;
    signer_.sign(request, credentials_->get(), now_us());
    return request;
  };
  QueryAnswer answer;
  answer.response = send_with_retries(client_, kPolicy, make, may_pass, cancellation_);
  if (!answer.is_success()) {
    answer.error = parse_aws_error(answer.response);
    return answer;
  }
  auto root = parse_xml(answer.response.body);
  if (!root || root->name != action + "Response") {
    throw Error(ErrorKind::kSource,
                fmt::format("{} answers {} with something that is not {}'s; is a proxy in between?",
                            service_.endpoint.authority, action, service_.name));
  }
  const XmlElement* wrapped = root->find(action + "Result");
  answer.result = wrapped ? *wrapped : *root;
  return answer;
}

}  // namespace starlift
