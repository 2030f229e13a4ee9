#include "pipeline/s3_config.h"

#include <fmt/format.h>

#include <charconv>

#include "net/credentials_chain.h"

namespace starlift {

namespace {

constexpr int kLongestSilenceS = 3600;

std::optional<Endpoint> get_endpoint(const Config& config, const Config::Environment& environment) {
  auto text = config.get("S3", "ENDPOINT");
  std::string place = config.place("S3", "ENDPOINT");
  for (const char* name : {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
    if (text) break;
    text = find_variable(environment, name);
    place = name;
  }
  if (!text) return std::nullopt;
  try {
    return parse_endpoint(*text);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", place, error.what()));
  }
}

int get_silence_s(const Config& config) {
  auto text = config.get("S3", "TIMEOUT_S");
  if (!text) return HttpClient::Options().silence_s;
  int value = 0;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 1 || value > kLongestSilenceS) {
    throw Error(ErrorKind::kConfiguration, fmt::format("{}: TIMEOUT_S is a number of seconds from 1 to {}",
                                                       config.place("S3", "TIMEOUT_S"), kLongestSilenceS));
  }
  return value;
}

}  // namespace

std::shared_ptr<CredentialsSource> read_aws_credentials(const Config& config,
                                                        const Config::Environment& environment,
                                                        const Cancellation* cancellation) {
  if (config.get_switch("AWS", "ANONYMOUS").value_or(false))
    return std::make_shared<FixedCredentials>(Credentials{});
  return read_account_credentials(config, environment, cancellation);
}

std::shared_ptr<CredentialsSource> read_account_credentials(const Config& config,
                                                            const Config::Environment& environment,
                                                            const Cancellation* cancellation) {
  auto key = config.get("AWS", "KEY");
  auto secret = config.get("AWS", "SECRET");
  if (key.has_value() != secret.has_value()) {
    throw Error(ErrorKind::kConfiguration, fmt::format("{} is set and {} is not; they go together",
                                                       config.place("AWS", key ? "KEY" : "SECRET"),
                                                       config.place("AWS", key ? "SECRET" : "KEY")));
  }
  std::optional<Credentials> given;
  if (key) {
    given = {.access_key_id = *key,
             .secret_key = Secret(*secret),
             .session_token = Secret(config.get("AWS", "TOKEN").value_or("")),
             .expires_us = {}};
  }
  return std::make_shared<CredentialsChain>(std::move(given), "[AWS] KEY and SECRET in dwh.cfg", environment,
                                            cancellation);
}

S3Settings read_s3_settings(const Config& config, const Config::Environment& environment,
                            const Cancellation* cancellation) {
  S3Settings settings;
  settings.region = config.get("S3", "REGION");
  if (!settings.region) settings.region = find_region(environment);
  settings.endpoint = get_endpoint(config, environment);
  settings.has_path_style = config.get_switch("S3", "PATH_STYLE");
  settings.requester_pays = config.get_switch("S3", "REQUESTER_PAYS").value_or(false);
  settings.credentials = read_aws_credentials(config, environment, cancellation);
  settings.http.silence_s = get_silence_s(config);
  settings.http.ca_file = find_variable(environment, "AWS_CA_BUNDLE").value_or("");
  return settings;
}

}  // namespace starlift
