#include "cluster/config_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace starlift {
namespace {

using testing::IsEmpty;

const Tags kOurs = {{kOwnerTag, "shop"}, {kRegionTag, "eu-west-1"}};
constexpr const char* kHost = "shop.c0.eu-west-1.redshift.amazonaws.com";
constexpr const char* kArn = "arn:aws:iam::123456789012:role/starlift-shop";

class ConfigUpdate : public testing::Test {
 protected:
  ConfigUpdate() {
    settings_.order.identifier = "shop";
    settings_.order.tags = kOurs;
    settings_.region = "eu-west-1";
    settings_.role_name = "starlift-shop";
    state_.role = Role{.name = "starlift-shop", .arn = kArn, .trust_policy = {}, .tags = kOurs};
    state_.cluster = ClusterDescription{.identifier = "shop",
                                        .host = kHost,
                                        .port = 5439,
                                        .database = "dev",
                                        .master_user = "awsuser",
                                        .tags = kOurs};
  }

  static std::string told(const std::string& text, const std::vector<IniChange>& changes) {
    return set_ini_values(text, changes, "dwh.cfg");
  }
  std::string after_up(const std::string& text) const {
    return told(text, changes_after_up(text, "dwh.cfg", settings_, state_));
  }
  std::string after_down(const std::string& text) const {
    return told(text, changes_after_down(text, "dwh.cfg", settings_, state_));
  }
  static std::string file(const std::string& host, const std::string& arn) {
    return "[CLUSTER]\nHOST=" + host + "\n[IAM_ROLE]\nARN=" + arn + "\n";
  }

  ClusterSettings settings_;
  ClusterState state_;
};

TEST_F(ConfigUpdate, UpWritesWhatALoadAndDownFindTheClusterBy) {
  std::string text = after_up("[CLUSTER]\nHOST=\nDB_NAME=dwh\n[IAM_ROLE]\nARN=\n");
  EXPECT_EQ(text, std::string("[CLUSTER]\nHOST=") + kHost +
                      "\nDB_NAME=dwh\nDB_PORT=5439\nREGION=eu-west-1\nDB_USER=awsuser\n[IAM_ROLE]\nARN=" +
                      kArn + "\n");
  EXPECT_THAT(changes_after_up(text, "dwh.cfg", settings_, state_), IsEmpty());
}

TEST_F(ConfigUpdate, DownForgetsWhatIsGone) {
  EXPECT_EQ(after_down(file(kHost, kArn)), file("", ""));
}

TEST_F(ConfigUpdate, DownKeepsWhatItDidNotRemove) {
  for (const char* host : {"db.example", "other.c0.eu-west-1.redshift.amazonaws.com",
                           "shop.c0.us-west-2.redshift.amazonaws.com"})
    EXPECT_EQ(after_down(file(host, kArn)), file(host, "")) << host;
  state_.cluster->tags = state_.role->tags = {};
  EXPECT_EQ(after_down(file(kHost, kArn)), file(kHost, kArn));
}

TEST_F(ConfigUpdate, AnOwnRoleStaysUnlessItWasOurs) {
  std::string arn = settings_.own_role_arn = "arn:aws:iam::123456789012:role/former";
  EXPECT_EQ(after_down(file(kHost, arn)), file("", arn));
  state_.own_role = Role{.name = "former", .arn = arn, .trust_policy = {}, .tags = {}};
  EXPECT_EQ(after_down(file(kHost, arn)), file("", arn));
  state_.own_role->tags = kOurs;
  EXPECT_EQ(after_down(file(kHost, arn)), file("", ""));
}

}  // namespace
}  // namespace starlift
