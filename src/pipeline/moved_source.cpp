#include "pipeline/moved_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "base/text.h"
#include "pipeline/tables.h"

namespace starlift {

namespace {

/// A number for an object's name without its folder, and its size. Two objects may share it, for this only
/// warns.
size_t likeness(std::string_view key, uint64_t size_bytes) {
  return std::hash<std::string_view>()(key.substr(key.rfind('/') + 1)) ^ std::hash<uint64_t>()(size_bytes);
}

/// Counts the loaded objects that look like one of the plan.
uint64_t count_alike(const DatasetPlan& plan, Session& session) {
  std::vector<size_t> listed;
  for (const auto& object : plan.objects)
    listed.push_back(likeness(object.info.key, object.info.size_bytes));
  std::sort(listed.begin(), listed.end());
  auto cursor = session.query(fmt::format("select \"key\", size_bytes from {} where dataset = {}",
                                          quote_table(objects_design().name),
                                          session.dialect().quote_literal(plan.dataset->name)));
  uint64_t count = 0;
  while (cursor->next()) {
    auto size_bytes = static_cast<uint64_t>(*cursor->integer(1));
    count += std::binary_search(listed.begin(), listed.end(), likeness(*cursor->text(0), size_bytes));
  }
  return count;
}

}  // namespace

std::optional<std::string> warn_of_moved_source(const DatasetPlan& plan, Session& session) {
  const auto& counts = plan.counts;
  bool is_known_gone = counts.objects_vanished > 0 && counts.objects_new == counts.objects_listed;
  if (plan.prunes || !is_known_gone) return std::nullopt;
  uint64_t alike = count_alike(plan, session);
  if (alike * 2 <= counts.objects_vanished) return std::nullopt;
  return fmt::format(
      "{}: all that is loaded ({}) is gone from the source, and most of it looks like what is new there, by "
      "name and "
      "size; was the folder moved? Then its rows are in staging twice, until etl --prune takes out those of "
      "the old "
      "place",
      counts.name, format_counted(counts.objects_vanished, "object"));
}

}  // namespace starlift
