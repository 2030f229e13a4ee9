#include "net/credentials_chain.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "base/error.h"
#include "base/process.h"
#include "net/profile_credentials.h"
#include "net/testing/loopback_server.h"

namespace starlift {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kJson =
    R"({"AccessKeyId": "JSONKEY", "SecretAccessKey": "s", "Token": "t", "Expiration": "2100-01-01T00:00:00Z"})";

/// What STS answers to an action that takes on a role.
std::string assumed(const std::string& action) {
  return fmt::format(
      "<{0}Response><{0}Result><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</"
      "SecretAccessKey>"
      "<SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></{0}Result>"
      "</{0}Response>",
      action);
}

/// A home folder with AWS's files in it, and an environment that knows nothing else.
class CredentialsChainTest : public testing::Test {
 protected:
  CredentialsChainTest() {
    home_ = testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(home_ + "/.aws");
    variables_ = {{"HOME", home_}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  }
  ~CredentialsChainTest() override { std::filesystem::remove_all(home_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(home_ + "/" + name) << text; }

  Credentials get() { return CredentialsChain({}, "[AWS] KEY", variables_, nullptr).get(); }
  std::string refusal() {
    try {
      get();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::optional<ErrorKind> kind_of_failure(const Cancellation& cancellation) {
    try {
      CredentialsChain({}, "", variables_, &cancellation).get();
    } catch (const Error& error) {
      return error.kind();
    }
    return std::nullopt;
  }

  std::string home_;
  Variables variables_;
};

TEST_F(CredentialsChainTest, WhatIsGivenWinsThenTheEnvironmentThenTheProfile) {
  write(".aws/credentials", "[default]\naws_access_key_id=PROFILE\naws_secret_access_key=s\n");
  EXPECT_EQ(get().access_key_id, "PROFILE");
  variables_["AWS_ACCESS_KEY_ID"] = "ENVIRONMENT";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  variables_["AWS_SESSION_TOKEN"] = "t";
  EXPECT_EQ(get().access_key_id, "ENVIRONMENT");
  EXPECT_EQ(get().session_token.reveal(), "t");
  Credentials given{
      .access_key_id = "GIVEN", .secret_key = Secret("s"), .session_token = {}, .expires_us = {}};
  EXPECT_EQ(CredentialsChain(given, "", variables_, nullptr).get().access_key_id, "GIVEN");
}

TEST_F(CredentialsChainTest, SaysWhatWasTried) {
  EXPECT_THAT(refusal(), AllOf(HasSubstr("[AWS] KEY"), HasSubstr("AWS_ACCESS_KEY_ID"),
                               HasSubstr(home_ + "/.aws/config"), HasSubstr("AWS_EC2_METADATA_DISABLED")));
}

TEST_F(CredentialsChainTest, ReadsProfilesAsPeopleHaveThem) {
  write(".aws/config",
        "# ours\r\n[default]\r\nregion = eu-west-1\r\n[profile work]\nregion=eu-north-1\ns3 =\n  "
        "aws_access_key_id = no\n");
  write(".aws/credentials", "[work]\naws_access_key_id = WORK\naws_secret_access_key = a/b+c=\n");
  variables_["AWS_PROFILE"] = "work";
  EXPECT_EQ(get().access_key_id, "WORK");
  EXPECT_EQ(get().secret_key.reveal(), "a/b+c=");
  EXPECT_EQ(find_region(variables_), "eu-north-1");
  variables_.erase("AWS_PROFILE");
  EXPECT_EQ(find_region(variables_), "eu-west-1");
}

TEST_F(CredentialsChainTest, ANamedProfileHasToBeThere) {
  variables_["AWS_PROFILE"] = "nobody";
  EXPECT_THAT(refusal(), HasSubstr("'nobody' (from AWS_PROFILE) is in neither"));
}

TEST_F(CredentialsChainTest, AProgramMayGiveThem) {
  write("answer", kJson);
  write(".aws/config", "[default]\ncredential_process = cat " + home_ + "/answer\n");
  EXPECT_EQ(get().access_key_id, "JSONKEY");
  write(".aws/config", "[default]\ncredential_process = false\n");
  EXPECT_THAT(refusal(), HasSubstr("credential_process that failed"));
  write(".aws/config", "[default]\ncredential_process = echo secret-nonsense\n");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("gave no AccessKeyId"), testing::Not(HasSubstr("nonsense"))));
}

TEST_F(CredentialsChainTest, KeysOfTheCredentialsFileComeBeforeAProgramAndThoseOfTheConfigFileAfterIt) {
  write("answer", kJson);
  std::string keys = "aws_access_key_id = KEYS\naws_secret_access_key = s\n";
  std::string program = "[default]\ncredential_process = cat " + home_ + "/answer\n";
  write(".aws/config", program + keys);
  EXPECT_EQ(get().access_key_id, "JSONKEY");
  write(".aws/config", program);
  write(".aws/credentials", "[default]\n" + keys);
  EXPECT_EQ(get().access_key_id, "KEYS");
}

TEST_F(CredentialsChainTest, ASourceProfileThatHasKeysAndARoleLendsItsKeys) {
  LoopbackServer sts([](const std::string&) { return http_answer(200, assumed("AssumeRole")); });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  write(".aws/config",
        "[default]\nrole_arn = arn:role\nsource_profile = base\n"
        "[profile base]\nrole_arn = arn:other\nsource_profile = base\n"
        "aws_access_key_id = BASE\naws_secret_access_key = s\n");
  EXPECT_EQ(get().access_key_id, "ROLE");
  ASSERT_EQ(sts.requests().size(), 1u);
  EXPECT_THAT(sts.requests().at(0), HasSubstr("Credential=BASE/"));
}

TEST_F(CredentialsChainTest, AProfilesRoleComesBeforeTheEnvironmentsWebIdentity) {
  LoopbackServer sts([](const std::string&) { return http_answer(200, assumed("AssumeRole")); });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  write("token", "jwt");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ + "/token";
  variables_["AWS_ROLE_ARN"] = "arn:of-the-environment";
  write(".aws/config",
        "[default]\nrole_arn = arn:of-the-profile\nsource_profile = base\n"
        "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n");
  EXPECT_EQ(get().access_key_id, "ROLE");
  EXPECT_THAT(sts.requests().at(0), HasSubstr("of-the-profile"));
}

TEST_F(CredentialsChainTest, ARoleIsTakenOnWithTheSourceProfilesKeys) {
  LoopbackServer sts([](const std::string&) { return http_answer(200, assumed("AssumeRole")); });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  write(".aws/config",
        "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = x\n"
        "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n");
  Credentials found = get();
  EXPECT_EQ(found.access_key_id, "ROLE");
  EXPECT_EQ(found.session_token.reveal(), "t");
  EXPECT_TRUE(found.expires_us);
  EXPECT_THAT(sts.requests().at(0),
              AllOf(HasSubstr("Credential=BASE/"), HasSubstr("Action=AssumeRole&"), HasSubstr("ExternalId=x"),
                    HasSubstr("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr")));
}

TEST_F(CredentialsChainTest, ARoleIsTakenOnWithTheEnvironmentsKeys) {
  LoopbackServer sts([](const std::string&) { return http_answer(200, assumed("AssumeRole")); });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  variables_["AWS_ACCESS_KEY_ID"] = "ENVIRONMENT";
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  write(".aws/config", "[default]\nrole_arn = arn:role\ncredential_source = Environment\n");
  std::string why_not;
  auto found = ProfileCredentials(variables_, nullptr).find(why_not);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key_id, "ROLE");
  EXPECT_THAT(sts.requests().at(0), HasSubstr("Credential=ENVIRONMENT/"));
}

TEST_F(CredentialsChainTest, AWebIdentityTakesOnARole) {
  LoopbackServer sts(
      [](const std::string&) { return http_answer(200, assumed("AssumeRoleWithWebIdentity")); });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  write("token", "jwt\n");
  write(".aws/config", "[default]\nrole_arn = arn:profile\nweb_identity_token_file = " + home_ + "/token\n");
  EXPECT_EQ(get().access_key_id, "ROLE");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ + "/token";
  variables_["AWS_ROLE_ARN"] = "arn:role";
  EXPECT_EQ(get().session_token.reveal(), "t");
  EXPECT_THAT(sts.requests().at(0), HasSubstr("RoleArn=arn%3Aprofile"));
  EXPECT_THAT(sts.requests().at(1),
              AllOf(HasSubstr("RoleArn=arn%3Arole"), testing::EndsWith("WebIdentityToken=jwt")));
}

TEST_F(CredentialsChainTest, NothingThatIsAskedWithIsRepeated) {
  LoopbackServer echo([](const std::string& request) {
    size_t token = request.find("authorization: ") == request.npos ? request.npos : request.find("canary");
    std::string said = request.substr(token == request.npos ? request.find("\r\n\r\n") + 4 : token, 200);
    return http_answer(403, "<Error><Code>Denied</Code><Message><![CDATA[" + said + "]]></Message></Error>");
  });
  write("token", "canary/jwt");
  variables_["AWS_ENDPOINT_URL_STS"] = echo.endpoint().origin();
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ + "/token";
  variables_["AWS_ROLE_ARN"] = "arn:role";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("Denied"), testing::Not(HasSubstr("canary"))));
  variables_.erase("AWS_ROLE_ARN");
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = echo.endpoint().origin() + "/creds";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "canary-token";
  EXPECT_THAT(refusal(), AllOf(HasSubstr("Denied"), testing::Not(HasSubstr("canary"))));
}

TEST_F(CredentialsChainTest, AServiceIsNotWaitedForWhenTheUserWantsToStop) {
  Cancellation cancellation;
  std::promise<void> is_over;
  auto until = is_over.get_future().share();
  LoopbackServer silent([&](const std::string&) {
    cancellation.request();
    until.wait();
    return std::string();
  });
  auto began = std::chrono::steady_clock::now();
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = silent.endpoint().origin() + "/creds";
  EXPECT_EQ(kind_of_failure(cancellation), ErrorKind::kInterrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(15));
  is_over.set_value();
}

TEST_F(CredentialsChainTest, AProgramIsNotWaitedForWhenTheUserWantsToStop) {
  write(".aws/config", "[default]\ncredential_process = touch " + home_ + "/began; exec sleep 60\n");
  Cancellation cancellation;
  std::thread user([&] {
    while (!std::filesystem::exists(home_ + "/began"))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    cancellation.request();
  });
  auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(kind_of_failure(cancellation), ErrorKind::kInterrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  user.join();
}

TEST_F(CredentialsChainTest, NoProgramIsStartedWhenTheUserWantsToStop) {
  write(".aws/config", "[default]\ncredential_process = touch " + home_ + "/began\n");
  Cancellation cancellation;
  cancellation.request();
  EXPECT_EQ(kind_of_failure(cancellation), ErrorKind::kInterrupted);
  EXPECT_FALSE(std::filesystem::exists(home_ + "/began"));
}

TEST_F(CredentialsChainTest, ADeniedRoleIsSaidWithWhatStsSays) {
  LoopbackServer sts([](const std::string&) {
    return http_answer(
        403,
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>");
  });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  write("token", "jwt");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = home_ + "/token";
  variables_["AWS_ROLE_ARN"] = "arn:role";
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("arn:role"), HasSubstr("403 AccessDenied: not you"), HasSubstr("trust")));
  EXPECT_THAT(sts.requests().at(0),
              AllOf(HasSubstr("WebIdentityToken=jwt"), testing::Not(HasSubstr("uthorization"))));
}

TEST_F(CredentialsChainTest, WhyARoleIsNotTakenOnIsSaidWithWhatToDo) {
  write(".aws/config",
        "[default]\nrole_arn = arn:role\nsource_profile = base\n"
        "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = s\n");
  LoopbackServer sts([](const std::string&) {
    return http_answer(403,
                       "<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>");
  });
  variables_["AWS_ENDPOINT_URL_STS"] = sts.endpoint().origin();
  EXPECT_THAT(refusal(), HasSubstr("check the keys that the role is taken on with"));
  LoopbackServer stranger([](const std::string&) { return http_answer(404, "who?"); });
  variables_["AWS_ENDPOINT_URL_STS"] = stranger.endpoint().origin();
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("404"), HasSubstr("check the role"), testing::Not(HasSubstr("trust"))));
}

TEST_F(CredentialsChainTest, CirclesOfProfilesAreRefused) {
  write(".aws/config",
        "[default]\nrole_arn=r\nsource_profile=a\n[profile a]\nrole_arn=r\nsource_profile=default\n");
  EXPECT_THAT(refusal(), HasSubstr("leads back to itself: default -> a"));
}

TEST_F(CredentialsChainTest, TheContainerMayGiveThem) {
  LoopbackServer container([](const std::string&) { return http_answer(200, kJson); });
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.endpoint().origin() + "/creds?id=1";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "token";
  EXPECT_EQ(get().access_key_id, "JSONKEY");
  EXPECT_THAT(container.requests().at(0),
              AllOf(HasSubstr("GET /creds?id=1 "), HasSubstr("authorization: token")));
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/creds";
  EXPECT_THAT(refusal(), HasSubstr("without TLS"));
}

TEST_F(CredentialsChainTest, TheInstanceGivesThemForAToken) {
  LoopbackServer instance([](const std::string& request) {
    if (request.starts_with("PUT /latest/api/token")) return http_answer(200, "session");
    if (request.find("x-aws-ec2-metadata-token: session") == request.npos) return http_answer(401, "");
    if (request.find("security-credentials/ ") != request.npos) return http_answer(200, "my-role");
    return http_answer(200, kJson);
  });
  variables_.erase("AWS_EC2_METADATA_DISABLED");
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = instance.endpoint().origin();
  EXPECT_EQ(get().access_key_id, "JSONKEY");
  EXPECT_THAT(instance.requests().at(2), HasSubstr("security-credentials/my-role "));
}

TEST_F(CredentialsChainTest, AreNotAskedForAtOnceAgainWhenTheyAreShortLived) {
  std::string soon = format_time(now_us() + 200'000'000);
  soon[soon.find(' ')] = 'T';
  write("answer", R"({"AccessKeyId": "SOON", "SecretAccessKey": "s", "Expiration": ")" + soon + R"(Z"})");
  write(".aws/config", "[default]\ncredential_process = cat " + home_ + "/answer\n");
  CredentialsChain chain({}, "", variables_, nullptr);
  EXPECT_EQ(chain.get().access_key_id, "SOON");
  write("answer", kJson);
  EXPECT_EQ(chain.get().access_key_id, "SOON");
}

TEST_F(CredentialsChainTest, AreRenewedWhenTheyHaveExpired) {
  write("answer", R"({"AccessKeyId": "OLD", "SecretAccessKey": "s", "Expiration": "2000-01-01T00:00:00Z"})");
  write(".aws/config", "[default]\ncredential_process = cat " + home_ + "/answer\n");
  CredentialsChain chain({}, "", variables_, nullptr);
  EXPECT_EQ(chain.get().access_key_id, "OLD");
  write("answer", kJson);
  EXPECT_EQ(chain.get().access_key_id, "JSONKEY");
  write("answer", "");
  EXPECT_EQ(chain.get().access_key_id, "JSONKEY") << "they hold till 2100";
}

}  // namespace
}  // namespace starlift
