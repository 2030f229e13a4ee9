#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cloud/caller_address.h"
#include "cloud/iam.h"
#include "cloud/redshift_control.h"
#include "cloud/security_groups.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string error_answer(int status, const std::string& code, const std::string& message) {
  return http_answer(status, fmt::format("<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error>"
                                         "<RequestId>r-1</RequestId></ErrorResponse>",
                                         code, message));
}

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

CloudAccess access_to(const LoopbackServer& server) {
  return {.credentials = std::make_shared<FixedCredentials>(Credentials{
              .access_key_id = "KEY", .secret_key = Secret("hidden"), .session_token = {}, .expires_us = {}}),
          .region = "eu-west-1",
          .variables = {{"AWS_ENDPOINT_URL", server.endpoint().origin()}}};
}

template <typename Call>
std::string refusal_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(CloudClients, AClusterIsOrderedAsTheServiceModelSays) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "<CreateClusterResponse/>"); });
  RedshiftControl(access_to(server))
      .create_cluster({.identifier = "dwh",
                       .node_type = "ra3.large",
                       .nodes = 2,
                       .database = "dev",
                       .master_user = "awsuser",
                       .master_password = Secret("Passw0rd"),
                       .security_groups = {"sg-1"},
                       .is_public = true,
                       .tags = {{"starlift", "dwh"}}});
  std::string request = server.requests().at(0);
  EXPECT_EQ(body_of(request),
            "Action=CreateCluster&ClusterIdentifier=dwh&ClusterType=multi-node&DBName=dev&Encrypted=true"
            "&MasterUserPassword=Passw0rd&MasterUsername=awsuser&NodeType=ra3.large&NumberOfNodes=2&Port=5439"
            "&PubliclyAccessible=true&Tags.Tag.1.Key=starlift&Tags.Tag.1.Value=dwh&Version=2012-12-01"
            "&VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1");
  EXPECT_THAT(request, AllOf(HasSubstr("/eu-west-1/redshift/aws4_request"), Not(HasSubstr("hidden"))));
}

TEST(CloudClients, ASingleNodeIsAClusterTypeAndAPasswordMayBeLeftToRedshift) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "<CreateClusterResponse/>"); });
  RedshiftControl(access_to(server)).create_cluster({.identifier = "dwh", .nodes = 1});
  EXPECT_THAT(body_of(server.requests().at(0)),
              AllOf(HasSubstr("ClusterType=single-node"), HasSubstr("ManageMasterPassword=true"),
                    Not(HasSubstr("NumberOfNodes")), Not(HasSubstr("MasterUserPassword")),
                    Not(HasSubstr("VpcSecurityGroupIds"))));
}

TEST(CloudClients, AClusterIsReadAsItIsDescribed) {
  LoopbackServer server([](const std::string&) {
    return http_answer(
        200,
        "<DescribeClustersResponse xmlns='http://redshift.amazonaws.com/doc/2012-12-01/'>"
        "<DescribeClustersResult><Clusters><Cluster><ClusterIdentifier>dwh</ClusterIdentifier>"
        "<ClusterStatus>available</ClusterStatus><NodeType>ra3.large</NodeType><NumberOfNodes>2</"
        "NumberOfNodes>"
        "<Endpoint><Address>dwh.example</Address><Port>5440</Port></Endpoint><Encrypted>true</Encrypted>"
        "<IamRoles><ClusterIamRole><ApplyStatus>in-sync</ApplyStatus><IamRoleArn>arn:r</IamRoleArn>"
        "</ClusterIamRole></IamRoles><Tags><Tag><Key>starlift</Key><Value>dwh</Value></Tag></Tags></Cluster>"
        "</Clusters></DescribeClustersResult></DescribeClustersResponse>");
  });
  auto cluster = RedshiftControl(access_to(server)).find_cluster("dwh");
  ASSERT_TRUE(cluster);
  EXPECT_EQ(cluster->host, "dwh.example");
  EXPECT_EQ(cluster->port, 5440);
  EXPECT_EQ(cluster->nodes, 2);
  EXPECT_TRUE(cluster->is_encrypted);
  EXPECT_FALSE(cluster->is_public);
  ASSERT_TRUE(cluster->find_role("arn:r"));
  EXPECT_EQ(cluster->find_role("arn:r")->status, "in-sync");
  EXPECT_EQ(cluster->tags, (Tags{{"starlift", "dwh"}}));
}

TEST(CloudClients, WhatIsNotThereOrThereAlreadyIsNoError) {
  std::string code;
  LoopbackServer server([&](const std::string&) { return error_answer(404, code, "no"); });
  code = "ClusterNotFound";
  EXPECT_FALSE(RedshiftControl(access_to(server)).find_cluster("dwh"));
  code = "NoSuchEntity";
  EXPECT_FALSE(IamClient(access_to(server)).find_role("r"));
  code = "EntityAlreadyExists";
  IamClient(access_to(server)).create_role("r", "{}", "d", {});
}

TEST(CloudClients, ALoginIsAskedForAndRead) {
  LoopbackServer server([](const std::string&) {
    return http_answer(200,
                       "<GetClusterCredentialsResponse><GetClusterCredentialsResult><DbUser>IAM:ann</DbUser>"
                       "<DbPassword>a/b+c==</DbPassword><Expiration>2026-11-30T12:15:00Z</Expiration>"
                       "</GetClusterCredentialsResult></GetClusterCredentialsResponse>");
  });
  TemporaryLogin login = RedshiftControl(access_to(server)).get_login("dwh", "ann", "dev", false);
  EXPECT_EQ(login.user, "IAM:ann");
  EXPECT_EQ(login.password, Secret("a/b+c=="));
  EXPECT_EQ(login.expires, "2026-11-30T12:15:00Z");
  EXPECT_EQ(body_of(server.requests().at(0)),
            "Action=GetClusterCredentials&AutoCreate=false&ClusterIdentifier=dwh&DbName=dev&DbUser=ann"
            "&Version=2012-12-01");
}

TEST(CloudClients, ALoginThatIsDeniedNamesThePermission) {
  LoopbackServer server([](const std::string&) { return error_answer(403, "AccessDenied", "not you"); });
  EXPECT_EQ(refusal_of([&] { RedshiftControl(access_to(server)).get_login("dwh", "ann", "", true); }),
            "cannot get a login of ann to the cluster dwh: redshift answers 403 AccessDenied: not you "
            "(request r-1); "
            "the caller needs the permission redshift:GetClusterCredentials, or the one that is named there");
}

TEST(CloudClients, AnAnswerThatIsNotTheServicesIsNoEmptySuccess) {
  std::string body;
  LoopbackServer server([&](const std::string&) { return http_answer(200, body); });
  for (const char* text : {"", "log in first", "<html><body>log in first</body></html>", "<Describe"}) {
    body = text;
    EXPECT_THAT(refusal_of([&] { RedshiftControl(access_to(server)).find_cluster("dwh"); }),
                HasSubstr("answers DescribeClusters with something that is not redshift's"))
        << text;
  }
}

TEST(CloudClients, WhatTheStateDoesNotPermitIsAReasonToWait) {
  std::string code;
  LoopbackServer server([&](const std::string&) { return error_answer(400, code, "busy"); });
  code = "InvalidClusterState";
  auto not_yet = RedshiftControl(access_to(server)).delete_cluster("dwh", std::nullopt);
  ASSERT_TRUE(not_yet);
  EXPECT_THAT(not_yet->what(), AllOf(HasSubstr("InvalidClusterState: busy"), HasSubstr("cluster status")));
  EXPECT_TRUE(RedshiftControl(access_to(server)).attach_role("dwh", "arn:r"));
  code = "ClusterNotFound";
  EXPECT_TRUE(RedshiftControl(access_to(server)).delete_cluster("dwh", "last")) << "no snapshot was made";
  code = "DependencyViolation";
  not_yet = SecurityGroupsClient(access_to(server)).remove("sg-1");
  ASSERT_TRUE(not_yet);
  EXPECT_THAT(not_yet->what(), HasSubstr("something else uses the security group"));
}

TEST(CloudClients, WhatPassesByItselfIsTriedAgain) {
  for (const auto& [status, code] :
       {std::pair(409, "ConcurrentModification"), std::pair(400, "DependentServiceUnavailableFault")}) {
    int calls = 0;
    LoopbackServer server([&](const std::string&) {
      return ++calls < 2 ? error_answer(status, code, "later") : http_answer(200, "<DeleteRoleResponse/>");
    });
    IamClient(access_to(server)).delete_role("r");
    EXPECT_EQ(calls, 2) << code;
  }
}

TEST(CloudClients, ADeniedCallNamesThePermission) {
  LoopbackServer server([](const std::string&) { return error_answer(403, "AccessDenied", "not you"); });
  EXPECT_EQ(
      refusal_of([&] { IamClient(access_to(server)).find_role("r"); }),
      "cannot look for the role r: iam answers 403 AccessDenied: not you (request r-1); the caller needs "
      "the permission iam:GetRole, or the one that is named there");
}

TEST(CloudClients, AQuotaIsSaidWithWhatToDo) {
  LoopbackServer server([](const std::string&) { return error_answer(400, "ClusterQuotaExceeded", "full"); });
  EXPECT_THAT(refusal_of([&] { RedshiftControl(access_to(server)).create_cluster({.identifier = "dwh"}); }),
              AllOf(HasSubstr("ClusterQuotaExceeded: full"), HasSubstr("higher quota")));
}

TEST(CloudClients, WhatIsThrottledIsTriedAgain) {
  int calls = 0;
  LoopbackServer server([&](const std::string&) {
    return ++calls < 3 ? error_answer(400, "Throttling", "Rate exceeded")
                       : error_answer(404, "ClusterNotFound", "no");
  });
  EXPECT_FALSE(RedshiftControl(access_to(server)).find_cluster("dwh"));
  EXPECT_EQ(calls, 3);
}

TEST(CloudClients, SecurityGroupsSpeakTheDialectOfEc2) {
  LoopbackServer server([](const std::string& request) {
    if (request.find("DescribeSecurityGroups") == request.npos)
      return http_answer(200, "<AuthorizeSecurityGroupIngressResponse/>");
    return http_answer(
        200,
        "<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-1</groupId><groupName>g</"
        "groupName>"
        "<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>5439</fromPort><toPort>5439</toPort>"
        "<ipRanges><item><cidrIp>203.0.113.7/32</cidrIp></item></ipRanges></item><item><ipProtocol>-1"
        "</ipProtocol></item></ipPermissions><tagSet><item><key>starlift</key><value>dwh</value></item></"
        "tagSet>"
        "</item></securityGroupInfo></DescribeSecurityGroupsResponse>");
  });
  SecurityGroupsClient client(access_to(server));
  auto group = client.find("g", {{"starlift", "dwh"}});
  ASSERT_TRUE(group);
  EXPECT_EQ(group->rules, (std::vector<IngressRule>{{5439, "203.0.113.7/32"}}));
  EXPECT_EQ(group->tags, (Tags{{"starlift", "dwh"}}));
  client.allow("sg-1", {5439, "203.0.113.7/32"});
  EXPECT_EQ(body_of(server.requests().at(0)),
            "Action=DescribeSecurityGroups&Filter.1.Name=group-name&Filter.1.Value.1=g"
            "&Filter.2.Name=tag%3Astarlift&Filter.2.Value.1=dwh&Version=2016-11-15");
  EXPECT_EQ(body_of(server.requests().at(1)),
            "Action=AuthorizeSecurityGroupIngress&GroupId=sg-1&IpPermissions.1.FromPort=5439"
            "&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.IpRanges.1.CidrIp=203.0.113.7%2F32"
            "&IpPermissions.1.ToPort=5439&Version=2016-11-15");
}

TEST(CloudClients, EachServiceHasItsOwnAddressAndRegion) {
  LoopbackServer server([](const std::string&) { return http_answer(200, "<DeleteRoleResponse/>"); });
  CloudAccess access = access_to(server);
  access.variables = {{"AWS_ENDPOINT_URL", "http://127.0.0.1:1"},
                      {"AWS_ENDPOINT_URL_IAM", server.endpoint().origin()}};
  IamClient(access).delete_role("r");
  EXPECT_THAT(server.requests().at(0), HasSubstr("/us-east-1/iam/aws4_request"));
}

TEST(CallerAddress, IsAskedForOnceAndChecked) {
  std::string answer = "203.0.113.7\n";
  LoopbackServer server([&](const std::string&) { return http_answer(200, answer); });
  EXPECT_EQ(find_caller_address(access_to(server)), "203.0.113.7");
  EXPECT_THAT(server.requests().at(0), Not(HasSubstr("uthorization")));
  answer = "<html>";
  EXPECT_THAT(refusal_of([&] { find_caller_address(access_to(server)); }), HasSubstr("--public-from"));
}

TEST(CallerAddress, RangesAreNormalisedAndNotTooWide) {
  EXPECT_EQ(parse_cidr("203.0.113.7"), "203.0.113.7/32");
  EXPECT_EQ(parse_cidr("203.0.113.7/24"), "203.0.113.0/24");
  for (const char* text : {"", "here", "1.2.3", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/8x", "::1"})
    EXPECT_THAT(refusal_of([&] { parse_cidr(text); }), HasSubstr("no range")) << text;
  EXPECT_THAT(refusal_of([] { parse_cidr("0.0.0.0/0"); }), HasSubstr("too many"));
}

}  // namespace
}  // namespace starlift
