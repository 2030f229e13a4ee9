#include "cluster/config_update.h"

#include <fstream>
#include <iterator>

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
  if (file.get("CLUSTER", "DB_NAME").empty()) file.change("CLUSTER", "DB_NAME", cluster.database);
  if (file.get("CLUSTER", "DB_USER").empty()) file.change("CLUSTER", "DB_USER", cluster.master_user);
  file.change("IAM_ROLE", "ARN", role_arn(settings, state));
  return file.take_changes();
}

std::vector<IniChange> changes_after_down(const std::string& text, const std::string& path,
                                          const ClusterSettings& settings) {
  FileValues file(text, path);
  // Redshift's hosts begin with the cluster's identifier.
  if (file.get("CLUSTER", "HOST").starts_with(settings.identifier() + "."))
    file.change("CLUSTER", "HOST", "");
  if (settings.makes_role() && file.get("IAM_ROLE", "ARN").ends_with("role/" + settings.role_name))
    file.change("IAM_ROLE", "ARN", "");
  return file.take_changes();
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace starlift
