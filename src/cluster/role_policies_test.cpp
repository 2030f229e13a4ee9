#include "cluster/role_policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace starlift {
namespace {

using testing::HasSubstr;

TEST(RolePolicies, AFolderIsListedAndReadAndNothingBesideIt) {
  EXPECT_EQ(
      compact_json(read_policy({parse_location("s3://b/logs/")}, "arn:aws")),
      R"({"Version":"2012-10-17","Statement":[)"
      R"({"Sid":"List1","Effect":"Allow","Action":["s3:ListBucket"],"Resource":"arn:aws:s3:::b",)"
      R"("Condition":{"StringLike":{"s3:prefix":["logs/*"]}}},)"
      R"({"Sid":"Locate","Effect":"Allow","Action":["s3:GetBucketLocation"],"Resource":["arn:aws:s3:::b"]},)"
      R"({"Sid":"Read","Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::b/logs/*"]}]})");
}

TEST(RolePolicies, WhatAKeyHoldsIsNoPattern) {
  EXPECT_THAT(
      compact_json(read_policy({parse_location("s3://b/a*?$")}, "arn:aws-cn")),
      HasSubstr(R"("Resource":["arn:aws-cn:s3:::b/a${*}${?}${$}","arn:aws-cn:s3:::b/a${*}${?}${$}/*"])"));
}

TEST(RolePolicies, OursLetsRedshiftTakeTheRoleOn) {
  EXPECT_TRUE(names_redshift(trust_policy()));
  EXPECT_TRUE(
      names_redshift(R"({"Principal": {"Service": ["ec2.amazonaws.com", "redshift.amazonaws.com"]}})"));
  EXPECT_FALSE(names_redshift(R"({"Principal": {"Service": "redshift-serverless.amazonaws.com"}})"));
  EXPECT_FALSE(names_redshift(""));
}

TEST(RolePolicies, BlanksBetweenTokensDoNotCount) {
  EXPECT_EQ(compact_json("{ \"a b\" :\n[1, \"\\\" \"] }"), "{\"a b\":[1,\"\\\" \"]}");
}

}  // namespace
}  // namespace starlift
