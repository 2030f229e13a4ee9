#include "doctor/source_checks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "cluster/cluster_settings.h"
#include "cluster/server_login.h"
#include "net/sts.h"
#include "pipeline/plan.h"
#include "pipeline/s3_config.h"

namespace starlift {

namespace {

constexpr size_t kProbeBytes = 4096;

/// Ends a listing at its first object.
struct FoundFirst {
  ObjectInfo object;
};

std::optional<ObjectInfo> first_object(ObjectStore& store) {
  try {
    store.list([](ObjectInfo&& object) { throw FoundFirst{std::move(object)}; });
  } catch (const FoundFirst& found) {
    return found.object;
  }
  return std::nullopt;
}

bool is_in_s3(const Config& config, const ConfigKey& key) {
  return config.get(key.section, key.key).value_or("").starts_with("s3://");
}

std::string required(const Config& config, const ConfigKey& key) {
  auto text = config.get(key.section, key.key);
  if (text) return *text;
  throw Error(ErrorKind::kConfiguration, fmt::format("{} is not set; it names a folder or s3://bucket/prefix",
                                                     config.place(key.section, key.key)));
}

}  // namespace

bool uses_s3(const Config& config, const WarehouseDefinition& definition) {
  return is_in_s3(config, {"S3", "STAGING"}) ||
         std::any_of(definition.datasets.begin(), definition.datasets.end(), [&](const Dataset& dataset) {
           return is_in_s3(config, dataset.source) ||
                  (dataset.jsonpaths && is_in_s3(config, *dataset.jsonpaths));
         });
}

bool has_account(const Patient& patient, const Config& config) {
  return !read_s3_settings(config, patient.environment, &patient.cancellation).endpoint ||
         find_variable(patient.environment, "AWS_ENDPOINT_URL_STS") ||
         find_variable(patient.environment, "AWS_ENDPOINT_URL");
}

std::string check_credentials(const Patient& patient, const Config& config,
                              const WarehouseDefinition& definition) {
  bool asks_for_login = logs_in_by_iam(config);
  bool needs_them = asks_for_login || uses_s3(config, definition);
  if (!needs_them && patient.engine() != Engine::kRedshift) throw Skipped("nothing here is in AWS");
  auto read = asks_for_login ? read_account_credentials : read_aws_credentials;
  auto source = read(config, patient.environment, &patient.cancellation);
  Credentials credentials;
  try {
    credentials = source->get();
  } catch (const Error& error) {
    if (needs_them || error.kind() != ErrorKind::kConfiguration) throw;
    throw Skipped(fmt::format("there are none, and a load needs none: nothing that it reads is in S3 ({})",
                              error.what()));
  }
  if (credentials.is_anonymous()) return "requests to S3 go unsigned";
  S3Settings s3 = read_s3_settings(config, patient.environment, &patient.cancellation);
  if (!has_account(patient, config))
    return fmt::format("key {} for {}, which is not AWS", credentials.access_key_id, s3.endpoint->origin());
  Variables variables = patient.environment;
  if (auto region = find_cluster_region(config, patient.environment)) variables["AWS_REGION"] = *region;
  CallerIdentity caller = TokenService(variables, &patient.cancellation).identify(source);
  std::string who = fmt::format("{} in account {}", caller.arn, caller.account);
  bool is_unsigned = config.get_switch("AWS", "ANONYMOUS").value_or(false);
  return is_unsigned ? who + " asks for the temporary login; requests to S3 go unsigned" : who;
}

std::string check_source(const Patient& patient, const Config& config, const Dataset& dataset) {
  Location location = parse_location(config.resolve_path(required(config, dataset.source)));
  auto store = patient.open_store()(location);
  auto object = first_object(*store);
  if (!object) {
    throw Error(ErrorKind::kSource,
                fmt::format("{} can be listed and holds nothing; is [{}] {} right?", to_string(location),
                            dataset.source.section, dataset.source.key));
  }
  auto reader = store->open(*object);
  if (!reader) throw Error(ErrorKind::kSource, fmt::format("{} is gone already", object->key));
  std::array<char, kProbeBytes> bytes{};
  reader->read(bytes);
  read_fields(dataset, config, patient.open_store());
  return fmt::format("{} can be listed, and {} ({}) read", to_string(location), object->key,
                     format_bytes(object->size_bytes));
}

std::string check_staging(const Patient& patient, const Config& config) {
  auto text = config.get("S3", "STAGING");
  if (!text) throw Skipped("there is no [S3] STAGING");
  Location location = parse_location(*text);
  auto store = patient.open_store()(location);
  std::string name = fmt::format("starlift-doctor-{}", getpid());
  store->put(name, "can this be written?\n");
  store->flush();
  try {
    store->remove(name);
    store->flush();
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("{}; the object {} that was written there to try it stays: remove it",
                            error.what(), name));
  }
  return fmt::format("{} can be written to and removed from", to_string(location));
}

}  // namespace starlift
