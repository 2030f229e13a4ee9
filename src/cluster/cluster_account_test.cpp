#include "cluster/cluster_account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Hears what a console would show.
class Witness : public EventListener {
 public:
  void on_event(const Event& event) override {
    EXPECT_NE(event.text, "");
    EXPECT_LT(event.elapsed_s, 60);
  }
};

/// An account that answers every action as `answers_` says: with a body, or with an error's code. What is not
/// there is not found.
class ClusterAccountTest : public testing::Test {
 protected:
  std::string answer(const std::string& request) {
    size_t begin = request.find("Action=") + 7;
    std::string action = request.substr(begin, request.find('&', begin) - begin);
    if (++calls_[action] <= lost_[action]) return http_answer(200, "log in to the network first");
    auto found = answers_.find(action);
    if (found != answers_.end() && found->second.starts_with('<'))
      return http_answer(200, fmt::format("<{0}Response>{1}</{0}Response>", action, found->second));
    std::string code = found != answers_.end()                       ? found->second
                       : action.find("Cluster") != action.npos       ? "ClusterNotFound"
                       : action.find("SecurityGroup") != action.npos ? "InvalidGroup.NotFound"
                                                                     : "NoSuchEntity";
    return http_answer(400, "<R><Error><Code>" + code + "</Code><Message>so it is</Message></Error></R>");
  }

  std::string take_down(std::chrono::milliseconds standstill) {
    ClusterSettings settings;
    settings.order.identifier = "shop";
    settings.order.tags = {{kOwnerTag, "shop"}};
    settings.role_name = settings.group_name = "starlift-shop";
    CloudAccess access{.credentials = std::make_shared<FixedCredentials>(Credentials{.access_key_id = "KEY"}),
                       .region = "eu-west-1",
                       .variables = {{"AWS_ENDPOINT_URL", server_.endpoint().origin()}}};
    ClusterPatience patience{.poll = std::chrono::milliseconds(1), .standstill = standstill};
    Witness witness;
    try {
      ClusterAccount(access, settings).take_down(std::nullopt, patience, witness);
    } catch (const Error& error) {
      return error.what();
    }
    return "done";
  }

  std::map<std::string, std::string> answers_ = {{"DescribeSecurityGroups", "<securityGroupInfo/>"}};
  std::map<std::string, int> calls_;
  std::map<std::string, int> lost_;  ///< how many calls a proxy answers first
  LoopbackServer server_{[this](const std::string& request) { return answer(request); }};

  static constexpr const char* kCluster =
      "<DescribeClustersResult><Clusters><Cluster><ClusterIdentifier>shop</"
      "ClusterIdentifier><ClusterStatus>modifying"
      "</ClusterStatus><Tags><Tag><Key>starlift</Key><Value>shop</Value></Tag></Tags></Cluster></Clusters>"
      "</DescribeClustersResult>";
  static constexpr const char* kRole =
      "<GetRoleResult><Role><RoleName>starlift-shop</RoleName><Arn>arn:r</Arn><Tags><member><Key>starlift</"
      "Key><Value>"
      "shop</Value></member></Tags></Role></GetRoleResult>";
};

TEST_F(ClusterAccountTest, WhatAwsGoesOnRefusingIsToldWithItsReason) {
  answers_["DescribeClusters"] = kCluster;
  answers_["DeleteCluster"] = "InvalidClusterState";
  EXPECT_THAT(take_down(std::chrono::milliseconds(0)),
              AllOf(HasSubstr("cannot delete the cluster shop"), HasSubstr("InvalidClusterState: so it is")));
  EXPECT_EQ(calls_["DeleteCluster"], 4);
}

TEST_F(ClusterAccountTest, AnOrderThatLeavesNoTraceIsNotGivenForever) {
  answers_["GetRole"] = kRole;
  answers_["DeleteRole"] = "<x/>";
  EXPECT_THAT(take_down(std::chrono::milliseconds(0)), HasSubstr("shows no trace of it"));
}

TEST_F(ClusterAccountTest, ItIsTimeThatCountsAndNotTheNumberOfLooks) {
  answers_["DescribeClusters"] = kCluster;
  answers_["DeleteCluster"] = "InvalidClusterState";
  EXPECT_THAT(take_down(std::chrono::milliseconds(200)), HasSubstr("InvalidClusterState"));
  EXPECT_GT(calls_["DeleteCluster"], 10);
}

TEST_F(ClusterAccountTest, ALookThatFailsEndsNoWait) {
  lost_["DescribeClusters"] = 3;
  EXPECT_EQ(take_down(std::chrono::minutes(1)), "done");
  lost_["DescribeClusters"] = 1000;
  EXPECT_THAT(take_down(std::chrono::milliseconds(50)), HasSubstr("is a proxy in between?"));
}

TEST_F(ClusterAccountTest, NothingIsLeftToDoInAnEmptyAccount) {
  EXPECT_EQ(take_down(std::chrono::milliseconds(0)), "done");
}

}  // namespace
}  // namespace starlift
