#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "net/aws_error.h"
#include "net/aws_profiles.h"
#include "net/credentials.h"
#include "net/http_client.h"
#include "net/sigv4.h"
#include "net/uri.h"
#include "net/xml.h"

namespace starlift {

/// A service of AWS that speaks its Query protocol: a form goes in, XML comes back (Smithy specification,
/// "AWS Query protocol" and "AWS EC2 query protocol").
struct QueryService {
  std::string name;     ///< as in signatures and in permissions: "redshift"
  std::string version;  ///< of its API: "2012-12-01"
  std::string region;   ///< which requests are signed for
  Endpoint endpoint;
};

/// Where a service is: AWS_ENDPOINT_URL_<ID>, else AWS_ENDPOINT_URL (AWS SDKs and Tools Reference Guide,
/// "Service-specific endpoints"), else `host`. Throws Error{kConfiguration} that names the variable.
Endpoint find_service_endpoint(const Variables& variables, const std::string& id, const std::string& host);

/// The domain of a region's services: "amazonaws.com", in China "amazonaws.com.cn".
std::string aws_domain(std::string_view region);

/// What a service answered: `result` when the call succeeded, `error` when it did not.
struct QueryAnswer {
  HttpResponse response;
  XmlElement result;  ///< <ActionResult>, or the root where there is none
  AwsError error;

  bool is_success() const { return response.is_success(); }
  bool has_code(std::string_view code) const { return error.code == code; }
};

/// Whether what was refused may well be done when it is asked for later.
bool may_pass(const HttpResponse& response);

/// Adds `values` as "prefix.1", "prefix.2" ...
void add_list(QueryParameters& parameters, const std::string& prefix, std::span<const std::string> values);

/// Calls the actions of one service: signs them, and tries what was throttled or broken off again, so an
/// action may be carried out twice. Calls wait for the answer: half a minute between the tries, and for each
/// of the eight as long as `http` lets it be silent. Thread-safe.
class QueryClient {
 public:
  /// `cancellation` (may be null) must outlive this.
  QueryClient(QueryService service, std::shared_ptr<CredentialsSource> credentials,
              const HttpClient::Options& http, const Cancellation* cancellation = nullptr);

  /// Returns whatever the service answered, or that nothing came. Throws Error{kInterrupted},
  /// Error{kConfiguration} without credentials, Error{kSource} when a success is no answer of the service's:
  /// it must not pass for an empty one.
  /// `secrets` are what of the parameters nobody shall see.
  QueryAnswer send(const std::string& action, QueryParameters parameters, std::vector<Secret> secrets = {});

  const QueryService& service() const { return service_; }

 private:
  const QueryService service_;
  const std::shared_ptr<CredentialsSource> credentials_;
  const Cancellation* const cancellation_;
  RequestSigner signer_;
  HttpClient client_;
};

}  // namespace starlift
