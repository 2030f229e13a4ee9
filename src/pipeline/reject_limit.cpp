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

/// Writes the rejects of a run to a file. Returns what went wrong, as errno has it; 0 when nothing did.
int write_report(Session& session, int64_t run_id, const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
  if (!file) return errno;
  int problem = 0;
  visit_rejects(session, {.run_id = run_id}, [&](const KeptReject& reject) {
    if (problem == 0 && std::fputs((to_json(reject) + "\n").c_str(), file.get()) < 0) problem = errno;
  });
  if (std::fclose(file.release()) != 0 && problem == 0) problem = errno;
  return problem;
}

/// Returns what is left of the rejects: the name of the file, or why there is none.
std::string keep_report(Session& session, int64_t run_id) {
  std::string path = fmt::format("starlift-rejects-run-{}.ndjson", run_id);
  int problem = write_report(session, run_id, path);
  return problem == 0 ? fmt::format("they are in {}", path)
                      : fmt::format("they could not all be kept in {}: {}", path, std::strerror(problem));
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
