#include "pipeline/copy_choice.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "storage/location.h"

namespace starlift {

namespace {

/// AWS advises files of a megabyte and more.
/// https://docs.aws.amazon.com/redshift/latest/dg/t_splitting-data-files.html
constexpr uint64_t kLargeObjectBytes = 1 << 20;
/// What is smaller is lifted within seconds, with all that a lift accounts for.
constexpr uint64_t kLargeLoadBytes = 64 << 20;

enum class CopyMode { kAuto, kDirect, kLift };

constexpr const char* kSection = "COPY";

std::string key_of(const Dataset& dataset) {
  return to_upper(dataset.name);
}

CopyMode read_mode(const Config& config, const Dataset& dataset) {
  std::string key = key_of(dataset);
  auto text = config.get(kSection, key);
  if (!text || is_same_name(*text, "lift")) return CopyMode::kLift;
  if (is_same_name(*text, "auto")) return CopyMode::kAuto;
  if (is_same_name(*text, "direct")) return CopyMode::kDirect;
  std::string place = config.place(kSection, key);
  throw Error(ErrorKind::kConfiguration,
              fmt::format("{}: \"{}\" is no way to copy; write auto, direct or lift", place, *text))
      .at(place);
}

std::string describe(const DatasetPlan& plan) {
  return fmt::format("{} of {} on average", format_counted(plan.objects.size(), "object"),
                     format_bytes(plan.counts.bytes / plan.objects.size()));
}

bool is_large(const DatasetPlan& plan) {
  return plan.counts.bytes >= kLargeLoadBytes && plan.counts.bytes / plan.objects.size() >= kLargeObjectBytes;
}

void choose(DatasetPlan& plan, bool is_direct, std::string reason) {
  plan.is_direct = is_direct;
  plan.counts.copy = is_direct ? "direct" : "lift";
  plan.counts.copy_reason = std::move(reason);
}

}  // namespace

void choose_copy(DatasetPlan& plan, const Config& config, const Session& session) {
  std::string key = key_of(*plan.dataset);
  CopyMode mode = read_mode(config, *plan.dataset);
  if (session.dialect().engine() != Engine::kRedshift || plan.objects.empty()) return;
  std::string place = config.place(kSection, key);
  bool is_in_s3 = plan.objects.front().info.key.starts_with("s3://");
  if (mode == CopyMode::kLift)
    return choose(plan, false, config.get(kSection, key) ? place + " says so" : "the default");
  if (!is_in_s3) return choose(plan, false, "the cluster cannot read local files");
  if (mode == CopyMode::kDirect && !plan.dataset->has_immutable_objects) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format(
            "{}: only what never changes can be loaded direct; declare objects = \"immutable\" in {}, "
            "or let it be lifted",
            place, plan.dataset->file));
  }
  if (mode == CopyMode::kDirect && !session.copies_objects()) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{}: the cluster is told what to read in a folder of a bucket; set STAGING under [S3]",
                    place));
  }
  if (mode == CopyMode::kDirect) return choose(plan, true, place + " says so");
  if (!plan.dataset->has_immutable_objects)
    return choose(plan, false, "its objects are not declared immutable");
  if (!session.copies_objects()) return choose(plan, false, "there is no STAGING under [S3]");
  bool is_direct = is_large(plan);
  choose(plan, is_direct, describe(plan) + (is_direct ? "" : ", which is little"));
}

bool may_copy_direct(const Config& config, const Dataset& dataset) {
  return dataset.has_immutable_objects && read_mode(config, dataset) != CopyMode::kLift;
}

}  // namespace starlift
