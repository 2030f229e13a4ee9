#include "cluster/cluster_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cluster/role_policies.h"

namespace starlift {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = ClusterStep::Kind;

const Tags kOurs = {{kOwnerTag, "shop"}, {kRegionTag, "eu-west-1"}};

/// The settings of a cluster, and an account in which it stands.
class ClusterSteps : public testing::Test {
 protected:
  ClusterSteps() {
    settings_.order = {.identifier = "shop",
                       .node_type = "ra3.large",
                       .nodes = 2,
                       .database = "dev",
                       .master_user = "awsuser",
                       .tags = kOurs};
    settings_.region = "eu-west-1";
    settings_.role_name = settings_.group_name = "starlift-shop";
    settings_.trust_policy = trust_policy();
    settings_.read_policy = R"({"Version": "1"})";
    state_.role =
        Role{.name = "starlift-shop", .arn = "arn:role", .trust_policy = trust_policy(), .tags = kOurs};
    state_.role_policy = R"({"Version":"1"})";
    state_.cluster = ClusterDescription{.identifier = "shop",
                                        .status = "available",
                                        .node_type = "ra3.large",
                                        .nodes = 2,
                                        .host = "shop.host",
                                        .port = 5439,
                                        .database = "dev",
                                        .master_user = "awsuser",
                                        .is_encrypted = true,
                                        .roles = {{"arn:role", "in-sync"}},
                                        .tags = kOurs};
  }

  std::vector<Kind> up() const { return kinds(steps_up(settings_, state_)); }
  std::vector<Kind> down() const { return kinds(steps_down(settings_, state_)); }

  std::string refusal() const {
    try {
      steps_up(settings_, state_);
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  /// Makes it a cluster that is reached by our group, whose rules these are.
  void make_public(std::vector<IngressRule> rules) {
    settings_.open_to = "203.0.113.7/32";
    state_.group =
        SecurityGroup{.id = "sg-1", .name = "starlift-shop", .tags = kOurs, .rules = std::move(rules)};
    state_.cluster->is_public = true;
    state_.cluster->security_groups = {"sg-1"};
  }

  ClusterSettings settings_;
  ClusterState state_;

 private:
  static std::vector<Kind> kinds(const std::vector<ClusterStep>& steps) {
    std::vector<Kind> kinds;
    for (const auto& step : steps)
      kinds.push_back(step.kind);
    return kinds;
  }
};

TEST_F(ClusterSteps, NothingIsLeftToDoWhenAllStands) {
  EXPECT_THAT(up(), IsEmpty());
  EXPECT_THAT(differences(settings_, state_), IsEmpty());
}

TEST_F(ClusterSteps, AnEmptyAccountTakesAllOfThem) {
  state_ = {};
  EXPECT_THAT(up(), ElementsAre(Kind::kCreateRole, Kind::kPutRolePolicy, Kind::kCreateCluster,
                                Kind::kAwaitCluster, Kind::kAttachRole, Kind::kAwaitRole));
  EXPECT_THAT(down(), IsEmpty());
}

TEST_F(ClusterSteps, ARoleThatWasChangedIsMended) {
  state_.role->trust_policy = R"({"Principal": {"Service": "ec2.amazonaws.com"}})";
  state_.role_policy = "{}";
  EXPECT_THAT(up(), ElementsAre(Kind::kPutTrustPolicy, Kind::kPutRolePolicy));
}

TEST_F(ClusterSteps, ARoleThatIsBeingTakenAwayIsGivenAgain) {
  state_.cluster->roles = {{"arn:role", "removing"}};
  EXPECT_THAT(up(), ElementsAre(Kind::kAttachRole, Kind::kAwaitRole));
  state_.cluster->roles = {{"arn:role", "adding"}};
  EXPECT_THAT(up(), ElementsAre(Kind::kAwaitRole));
}

TEST_F(ClusterSteps, AStateThatDoesNotPassIsRefused) {
  state_.cluster->status = "paused";
  EXPECT_THAT(refusal(), HasSubstr("resume it first"));
  state_.cluster->status = "available, prep-for-resize";
  EXPECT_THAT(up(), IsEmpty());
}

TEST_F(ClusterSteps, WhatHasNotAllOurTagsIsNotOurs) {
  state_.cluster->tags[kRegionTag] = "us-west-2";
  EXPECT_THAT(refusal(), HasSubstr("was not made by starlift"));
  state_.role->tags = {};
  EXPECT_THAT(down(), IsEmpty());
  state_.cluster = std::nullopt;
  EXPECT_THAT(refusal(), HasSubstr("but by somebody else"));
}

TEST_F(ClusterSteps, WhatIsOursGoesBesideAForeignCluster) {
  make_public({});
  state_.cluster->tags = {};
  EXPECT_THAT(down(), ElementsAre(Kind::kDeleteGroup, Kind::kDeleteRole));
}

TEST_F(ClusterSteps, TheEndBeginsWithTheClusterAndDoesNotOrderItTwice) {
  make_public({});
  EXPECT_THAT(down(),
              ElementsAre(Kind::kDeleteCluster, Kind::kAwaitRemoval, Kind::kDeleteGroup, Kind::kDeleteRole));
  state_.cluster->status = "final-snapshot";
  EXPECT_THAT(down(), ElementsAre(Kind::kAwaitRemoval, Kind::kDeleteGroup, Kind::kDeleteRole));
}

TEST_F(ClusterSteps, ARoleUnderAnotherNameGoesWhenItIsOurs) {
  state_ = {.own_role = Role{.name = "former", .arn = "arn:former", .trust_policy = {}, .tags = kOurs}};
  settings_.own_role_arn = "arn:former";
  auto steps = steps_down(settings_, state_);
  ASSERT_EQ(steps.size(), 1);
  EXPECT_EQ(steps.front().role_name, "former");
  state_.own_role->tags = {};
  EXPECT_THAT(down(), IsEmpty());
}

TEST_F(ClusterSteps, ThePortIsOpenForTheCallerAlone) {
  make_public({{5439, "198.51.100.9/32"}});
  EXPECT_THAT(up(), ElementsAre(Kind::kOpenPort, Kind::kClosePort));
  make_public({{5439, "203.0.113.7/32"}});
  EXPECT_THAT(up(), IsEmpty());
}

TEST_F(ClusterSteps, ThePortIsTheClustersOwn) {
  make_public({});
  state_.cluster->port = 5440;
  EXPECT_EQ(steps_up(settings_, state_).front().rule, (IngressRule{5440, "203.0.113.7/32"}));
}

TEST_F(ClusterSteps, AClusterInOtherGroupsIsToldAndNotOpened) {
  make_public({});
  state_.cluster->security_groups = {"sg-2"};
  EXPECT_THAT(up(), IsEmpty());
  EXPECT_THAT(differences(settings_, state_), ElementsAre(HasSubstr("but in sg-2")));
}

TEST_F(ClusterSteps, DifferencesAreTold) {
  settings_.order.port = 5440;
  settings_.order.database = "dwh";
  settings_.order.subnet_group = "mine";
  state_.cluster->subnet_group = "default";
  state_.cluster->is_encrypted = false;
  EXPECT_THAT(
      differences(settings_, state_),
      ElementsAre("the database is dev, and dwh.cfg says dwh", "the port is 5439, and dwh.cfg says 5440",
                  "the subnet group is default, and dwh.cfg says mine", "it is not encrypted"));
}

}  // namespace
}  // namespace starlift
