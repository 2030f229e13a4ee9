#include "net/machine_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "base/text.h"
#include "net/aws_error.h"
#include "net/json_credentials.h"
#include "net/retry.h"

namespace starlift {

namespace {

constexpr const char* kContainerOrigin = "http://169.254.170.2";
constexpr const char* kInstanceOrigin = "http://169.254.169.254";
constexpr const char* kRolePath = "/latest/meta-data/iam/security-credentials/";
/// These services are next door: they answer at once or not at all.
const HttpClient::Options kNextDoor{.connect_timeout_s = 1, .silence_s = 2, .ca_file = {}};
constexpr size_t kMaxAnswerBytes = 64 << 10;
constexpr RetryPolicy kPolicy{.max_attempts = 3};
constexpr RetryPolicy kOnce{.max_attempts = 1};

HttpResponse ask(const RetryPolicy& policy, const HttpRequest& request, const Cancellation* cancellation) {
  HttpClient client(kNextDoor);
  return send_with_retries(
      client, policy, [request] { return request; }, {}, cancellation);
}

/// Splits "http://host/path?query"; what follows the host stays as it is.
HttpRequest request_of(std::string_view url) {
  size_t scheme_end = url.find("://");
  size_t path = scheme_end == url.npos ? url.npos : url.find('/', scheme_end + 3);
  HttpRequest request{.endpoint = parse_endpoint(url.substr(0, path)),
                      .max_answer_bytes = kMaxAnswerBytes,
                      .bypasses_proxy = true};
  if (path != url.npos) request.path = url.substr(path);
  return request;
}

/// The credentials go over the wire as they are, so without TLS only to this machine's own addresses.
bool is_safe(const Endpoint& endpoint) {
  constexpr std::array<std::string_view, 6> kOwnHosts = {"localhost",     "127.0.0.1",      "[::1]",
                                                         "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return endpoint.is_tls || std::find(kOwnHosts.begin(), kOwnHosts.end(), endpoint.host()) != kOwnHosts.end();
}

std::optional<std::string> authorization(const Variables& variables) {
  auto file_name = find_variable(variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!file_name) return find_variable(variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  std::ifstream file(*file_name, std::ios::binary);
  return std::string(trim(std::string{std::istreambuf_iterator<char>(file), {}}));
}

}  // namespace

std::optional<Credentials> container_credentials(const Variables& variables,
                                                 const Cancellation* cancellation) {
  auto url = find_variable(variables, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (auto path = find_variable(variables, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
    url = kContainerOrigin + *path;
  if (!url) return std::nullopt;

  HttpRequest request = request_of(*url);
  std::string place = "the container's credentials service at " + request.endpoint.authority;
  if (!is_safe(request.endpoint)) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} is refused: without TLS, AWS_CONTAINER_CREDENTIALS_FULL_URI may only name "
                            "this machine",
                            place));
  }
  if (auto token = authorization(variables)) {
    request.headers.emplace_back("authorization", *token);
    request.secrets.emplace_back(*token);
  }
  HttpResponse response = ask(kPolicy, request, cancellation);
  if (!response.is_success())
    throw Error(ErrorKind::kConfiguration, fmt::format("{} answers {}", place, describe_failure(response)));
  return parse_json_credentials(response.body, place);
}

std::optional<Credentials> instance_credentials(const Variables& variables, std::string& why_not,
                                                const Cancellation* cancellation) {
  if (to_lower(find_variable(variables, "AWS_EC2_METADATA_DISABLED").value_or("")) == "true") {
    why_not = "switched off by AWS_EC2_METADATA_DISABLED";
    return std::nullopt;
  }
  HttpRequest request =
      request_of(find_variable(variables, "AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or(kInstanceOrigin));
  request.method = "PUT";
  request.path = "/latest/api/token";
  request.headers = {{"x-aws-ec2-metadata-token-ttl-seconds", "300"}};
  HttpResponse token = ask(kOnce, request, cancellation);
  if (!token.is_success()) {
    why_not = "no such service here: " + describe_failure(token);
    return std::nullopt;
  }
  request.method = "GET";
  request.path = kRolePath;
  request.headers = {{"x-aws-ec2-metadata-token", std::string(trim(token.body))}};
  request.secrets.emplace_back(request.headers.front().second);
  HttpResponse role = ask(kPolicy, request, cancellation);
  if (!role.is_success() || trim(role.body).empty()) {
    why_not = "the instance has no role: " + describe_failure(role);
    return std::nullopt;
  }
  request.path += uri_encode_path(trim(role.body.substr(0, role.body.find('\n'))));
  HttpResponse response = ask(kPolicy, request, cancellation);
  if (!response.is_success()) {
    why_not = "the role's credentials cannot be had: " + describe_failure(response);
    return std::nullopt;
  }
  return parse_json_credentials(response.body, "the instance's metadata service");
}

}  // namespace starlift
