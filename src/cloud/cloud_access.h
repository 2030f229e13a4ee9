#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/cancellation.h"
#include "base/error.h"
#include "net/aws_profiles.h"
#include "net/aws_query.h"
#include "net/credentials.h"

namespace starlift {

/// How the services of an AWS account are reached. `cancellation` (may be null) must outlive what is made
/// from it.
struct CloudAccess {
  std::shared_ptr<CredentialsSource> credentials;
  std::string region;   ///< "us-west-2"
  Variables variables;  ///< of the environment: AWS_ENDPOINT_URL..., AWS_CA_BUNDLE
  const Cancellation* cancellation = nullptr;

  HttpClient::Options http() const;
  /// The beginning of the names of the region's resources: "arn:aws", "arn:aws-cn", "arn:aws-us-gov".
  std::string arn_prefix() const;
};

/// Tags of a resource by key.
using Tags = std::map<std::string, std::string>;

/// Thrown when the caller lacks a permission.
class Denied : public Error {
 public:
  using Error::Error;
};

/// Why AWS does not permit an action in the present state of things; nothing when it took the order.
using NotYet = std::optional<Error>;

/// Says why a service did not do as asked: "cannot <doing>: ...", with what it said, the permission that is
/// missing where that is the cause, and what to try (by the error's code). Error{kConfiguration} for what the
/// caller can mend in dwh.cfg or in the account, else Error{kSource}.
Error refusal_of(const QueryClient& client, const std::string& action, const std::string& doing,
                 const QueryAnswer& answer);

/// Throws that, as Denied where a permission is missing.
[[noreturn]] void refuse(const QueryClient& client, const std::string& action, const std::string& doing,
                         const QueryAnswer& answer);

/// Calls an action that has to succeed. Throws as `refuse` does.
XmlElement call(QueryClient& client, const std::string& action, QueryParameters parameters,
                const std::string& doing);

/// Reads tags, a child per tag with Key and Value (in EC2 with key and value).
Tags parse_tags(const XmlElement* list);

/// The text of a child as a string.
std::string child_text(const XmlElement& element, std::string_view name);

}  // namespace starlift
