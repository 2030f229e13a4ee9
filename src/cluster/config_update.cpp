#include "cluster/config_update.h"

#include "cluster/cluster_host.h"

namespace starlift {

namespace {

/// What the file itself says, whatever the environment holds.
class FileValues {
 public:
  FileValues(const std::string& text, const std::string& path) : config_(Config::parse(text, path, {})) {}

  std::string get(const char* section, const char* key) const {
    return config_.get(section, key).value_or("");
  }

  void change(const char* section, const char* key, const std::string& value) {
    if (get(section, key) != value) changes_.push_back({section, key, value});
  }

  std::vector<IniChange> take_changes() { return std::move(changes_); }

 private:
  const Config config_;
  std::vector<IniChange> changes_;
};

}  // namespace

std::vector<IniChange> changes_after_up(const std::string& text, const std::string& path,
                                        const ClusterSettings& settings, const ClusterState& state) {
  FileValues file(text, path);
  const auto& cluster = *state.cluster;
  file.change("CLUSTER", "HOST", cluster.host);
  file.change("CLUSTER", "DB_PORT", std::to_string(cluster.port));
  file.change("CLUSTER", "REGION", settings.region);
  if (file.get("CLUSTER", "DB_NAME").empty()) file.change("CLUSTER", "DB_NAME", cluster.database);
  if (file.get("CLUSTER", "DB_USER").empty()) file.change("CLUSTER", "DB_USER", cluster.master_user);
  file.change("IAM_ROLE", "ARN", role_arn(settings, state));
  return file.take_changes();
}

std::vector<IniChange> changes_after_down(const std::string& text, const std::string& path,
                                          const ClusterSettings& settings, const ClusterState& before) {
  FileValues file(text, path);
  auto is_left = [&](const auto& thing) { return thing && !is_ours(thing->tags, settings); };
  auto host = parse_cluster_host(file.get("CLUSTER", "HOST"));
  if (host && host->identifier == settings.identifier() && host->region == settings.region &&
      !is_left(before.cluster)) {
    file.change("CLUSTER", "HOST", "");
  }
  std::string arn = file.get("IAM_ROLE", "ARN");
  bool is_role_gone =
      settings.makes_role() ? !is_left(before.role) : before.own_role && !is_left(before.own_role);
  if (is_role_gone &&
      arn.ends_with("/" + (settings.makes_role() ? settings.role_name : before.own_role->name)))
    file.change("IAM_ROLE", "ARN", "");
  return file.take_changes();
}

}  // namespace starlift
