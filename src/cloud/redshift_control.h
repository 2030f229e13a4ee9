#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/cloud_access.h"
#include "net/secret.h"

namespace starlift {

/// A cluster to make.
struct ClusterOrder {
  std::string identifier;
  std::string node_type;
  int nodes = 2;
  std::string database;
  std::string master_user;
  Secret master_password;  ///< empty: Redshift makes one and keeps it in Secrets Manager
  int port = 5439;
  std::string subnet_group;                  ///< empty: the default VPC's
  std::vector<std::string> security_groups;  ///< their ids; empty: the VPC's default
  bool is_public = false;
  Tags tags;
};

/// A cluster as Redshift describes it.
struct ClusterDescription {
  /// A role that was given to the cluster.
  struct AttachedRole {
    std::string arn;
    std::string status;  ///< "adding", "in-sync", "removing"
  };
  std::string identifier;
  std::string status;  ///< "creating", "available", "deleting" ...
  std::string node_type;
  int nodes = 0;
  std::string host;  ///< empty while it is being created
  int port = 0;
  std::string database;
  std::string master_user;
  std::string secret_arn;        ///< where Redshift keeps the master password, if it does
  std::string default_role_arn;  ///< what `default` stands for in COPY; empty: nothing
  std::string subnet_group;
  std::vector<std::string> security_groups;  ///< their ids
  bool is_public = false;
  bool is_encrypted = false;
  std::vector<AttachedRole> roles;
  Tags tags;

  const AttachedRole* find_role(std::string_view arn) const;
  /// Also while Redshift tidies up after a change of size ("available, resize-cleanup").
  bool is_available() const { return status.starts_with("available"); }
};

/// A login that Redshift gave for a while.
struct TemporaryLogin {
  std::string user;  ///< "IAM:ann", or "IAMA:ann" when it may have been made for this
  Secret password;
  std::string expires;  ///< ISO 8601
};

/// The control plane of provisioned Redshift clusters (API version 2012-12-01) in one region. Calls throw as
/// `refuse` does.
class RedshiftControl {
 public:
  explicit RedshiftControl(const CloudAccess& access);

  std::optional<ClusterDescription> find_cluster(const std::string& identifier);
  /// Begins to make it, encrypted. One that exists already stays as it is.
  void create_cluster(const ClusterOrder& order);
  /// Begins to remove it. Without a name for a final snapshot, its data is gone. A cluster that is gone, or
  /// that somebody else removes already, takes no order, and no snapshot of that name is made of it.
  NotYet delete_cluster(const std::string& identifier, const std::optional<std::string>& final_snapshot);
  NotYet attach_role(const std::string& identifier, const std::string& role_arn);

  std::optional<std::string> find_vpc_of(const std::string& subnet_group);

  /// `may_create` makes the user in the database when it does not exist.
  TemporaryLogin get_login(const std::string& identifier, const std::string& user,
                           const std::string& database, bool may_create);

 private:
  QueryClient client_;
};

}  // namespace starlift
