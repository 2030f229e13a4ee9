#include "pipeline/reject_limit.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/rejects.h"

namespace starlift {

namespace {

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool is_exceeded(const RejectLimit& limit, uint64_t records, uint64_t rejected) {
  if (limit.count && rejected > *limit.count) return true;
  return limit.percent && static_cast<double>(rejected) * 100 > *limit.percent * static_cast<double>(records);
}

/// The file of a run's rejects.
struct Report {
  std::string path;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file;
  int problem = 0;  ///< what went wrong, as errno has it
};

/// Begins one beside those that are there: another warehouse has runs of the same numbers.
Report begin_report(int64_t run_id) {
  std::string name = fmt::format("starlift-rejects-run-{}", run_id);
  std::string path = name + ".ndjson";
  for (int number = 2;; ++number) {
    std::FILE* file = std::fopen(path.c_str(), "wbx");
    if (file) return {path, {file, std::fclose}};
    if (errno != EEXIST) return {path, {nullptr, std::fclose}, errno};
    path = fmt::format("{}-{}.ndjson", name, number);
  }
}

void write_rejects(Session& session, int64_t run_id, Report& report) {
  visit_rejects(session, {.run_id = run_id}, [&](const KeptReject& reject) {
    bool is_whole = report.problem == 0;
    if (is_whole && std::fputs((to_json(reject) + "\n").c_str(), report.file.get()) < 0)
      report.problem = errno;
  });
  if (std::fclose(report.file.release()) != 0 && report.problem == 0) report.problem = errno;
}

/// Returns what is left of the rejects: the name of the file, or why there is none.
std::string keep_report(Session& session, int64_t run_id) {
  Report report = begin_report(run_id);
  if (report.file) write_rejects(session, run_id, report);
  return report.problem == 0 ? fmt::format("they are in {}", report.path)
                             : fmt::format("they could not all be kept in {}: {}", report.path,
                                           std::strerror(report.problem));
}

}  // namespace

std::optional<RejectLimit> parse_reject_limit(std::string_view text) {
  if (text.ends_with('%')) {
    auto percent = parse_whole<double>(text.substr(0, text.size() - 1));
    if (!percent || !(*percent >= 0 && *percent <= 100)) return std::nullopt;  // "nan" is a number, too
    return RejectLimit{.percent = percent};
  }
  auto count = parse_whole<uint64_t>(text);
  return count ? std::optional(RejectLimit{.count = count}) : std::nullopt;
}

void enforce_reject_limit(const RejectLimit& limit, Session& session, int64_t run_id, uint64_t records,
                          uint64_t rejected) {
  if (!is_exceeded(limit, records, rejected)) return;
  throw Error(ErrorKind::kSource,
              fmt::format("rejected {} of {}, more than --max-rejects allows; nothing was committed, {}",
                          rejected, format_counted(records, "record"), keep_report(session, run_id)));
}

}  // namespace starlift
