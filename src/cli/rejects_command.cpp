#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "pipeline/etl.h"
#include "pipeline/history.h"
#include "pipeline/rejects.h"
#include "report/run_report.h"
#include "report/text_width.h"

namespace starlift {

namespace {

/// How much of a record is shown on either side of its error.
constexpr size_t kShownBytes = 60;
/// How many rejects are listed when nobody says.
constexpr int kListedRejects = 100;

/// Throws Error{kUsage} when the filter names a dataset or a run that is none.
void check_filter(CommandContext& context, Session& session, const RejectFilter& filter) {
  if (filter.run_id) require_run(session, *filter.run_id);
  if (filter.dataset.empty() || context.definition().find_dataset(filter.dataset)) return;
  auto names = loaded_datasets(session);
  if (std::count(names.begin(), names.end(), filter.dataset) > 0) return;
  for (const auto& dataset : context.definition().datasets)
    names.push_back(dataset.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  throw Error(ErrorKind::kUsage, fmt::format("--dataset {}: there is no such dataset{}", filter.dataset,
                                             what_there_is(filter.dataset, names)));
}

ExitCode list(CommandContext& context, const RejectFilter& filter) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  check_filter(context, *warehouse, filter);
  auto cursor = list_rejects(*warehouse, filter);
  if (!cursor) {
    context.say("nothing was loaded yet, so nothing was rejected");
    return ExitCode::kDone;
  }
  print_answer(*cursor, context.options.is_json ? ResultFormat::kJson : ResultFormat::kTable);
  return ExitCode::kDone;
}

/// Returns the bytes as a terminal can show them, those that are no UTF-8 as escapes.
std::string printable_bytes(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    size_t length = 1;
    while (length < std::min<size_t>(4, bytes.size()) && !is_valid_utf8(bytes.substr(0, length)))
      ++length;
    if (is_valid_utf8(bytes.substr(0, length))) {
      out += printable(bytes.substr(0, length));
    } else {
      length = 1;
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes[0]));
    }
    bytes.remove_prefix(length);
  }
  return out;
}

/// Prints the part of the record around the error, and a mark below it; or where it is when that part is not
/// kept.
void print_marked(const KeptReject& reject) {
  std::string record = raw_record(reject);
  std::string_view text = record;
  auto position = static_cast<size_t>(reject.error_position);
  if (position >= text.size() && static_cast<uint64_t>(reject.raw_bytes) > text.size()) {
    fmt::print("\nthe offending place is at byte {} of the record or behind it; its first {} are kept\n",
               format_count(reject.error_position), format_count(static_cast<int64_t>(text.size())));
    return;
  }
  position = std::min(position, text.size());
  auto begin = utf8_prefix(text, position > kShownBytes ? position - kShownBytes : 0).size();
  std::string before = printable_bytes(text.substr(begin, position - begin));
  std::string after = printable_bytes(utf8_prefix(text.substr(position), kShownBytes));
  fmt::print("\n{}{}\n{}^\n", before, after, std::string(text_width(before), ' '));
}

ExitCode show(CommandContext& context, int64_t reject_id) {
  auto warehouse = context.open_to_read();
  auto reject = find_reject(*warehouse, reject_id);
  if (!reject) {
    throw Error(ErrorKind::kUsage,
                fmt::format("there is no reject {}; starlift rejects lists them", reject_id));
  }
  if (context.options.is_json) {
    fmt::print("{}\n", to_json(*reject));
    return ExitCode::kDone;
  }
  fmt::print("reject {} of run {}\n{}: record {} at byte {}\n", reject->reject_id, reject->run_id,
             printable(reject->object), reject->record, reject->offset);
  fmt::print("{}{}\n", reject->column.empty() ? "" : reject->column + ": ", printable(reject->reason));
  print_marked(*reject);
  fmt::print("\n{}{}:\n{}\n", format_counted(reject->raw_bytes, "byte"),
             reject->raw_encoding == "text" ? "" : ", as base64", printable_lines(reject->raw_text));
  return ExitCode::kDone;
}

ExitCode write_ndjson(CommandContext& context, const RejectFilter& filter) {
  auto warehouse = context.open_to_read();
  Cancellation::Hook hook(context.cancellation, [&] { warehouse->interrupt(); });
  check_filter(context, *warehouse, filter);
  uint64_t count = visit_rejects(*warehouse, filter,
                                 [](const KeptReject& reject) { fmt::print("{}\n", to_json(reject)); });
  context.say(format_counted(count, "reject"));
  return ExitCode::kDone;
}

/// An ordinary run that also reads the objects again that have rejects.
ExitCode replay(CommandContext& context, double wait_s) {
  Target target = context.target();
  target.wait_s = wait_s;
  RunSummary summary = run_etl(context.definition(), context.config(), target,
                               {.plan = {.open_store = context.store_opener(), .replays_rejects = true}},
                               context.progress(), context.cancellation);
  print_run(summary, context.options.is_json, stdout);
  context.tell_finished(summary, ExitCode::kDone);
  return ExitCode::kDone;
}

}  // namespace

void add_rejects_command(Command program) {
  auto command = program.add_command("rejects", "List the records that could not be loaded, and why");
  auto& filter = command.keep<RejectFilter>();
  command.add("--dataset", filter.dataset, "Only those of one dataset");
  command.add("--run", filter.run_id, "Only those of one run");
  auto limit = command
                   .add("--limit", filter.limit,
                        fmt::format("At most so many, the newest; 0 is all. The list ends at {} by itself",
                                    kListedRejects))
                   .not_negative();
  command.runs([&, limit](CommandContext& context) {
    if (!limit.is_given()) filter.limit = kListedRejects;
    return list(context, filter);
  });

  auto show_command = command.add_command("show", "Show one with its raw record, the offending place marked");
  auto& reject_id = command.keep<int64_t>();
  show_command.add("id", reject_id, "Its number in the list").required();
  show_command.runs([&](CommandContext& context) { return show(context, reject_id); });

  command.add_command("export", "Write them to stdout as NDJSON").runs([&](CommandContext& context) {
    return write_ndjson(context, filter);
  });

  auto replay_command =
      command.add_command("replay", "Try them again: a run that also reads the objects again that have some");
  auto& wait_s = command.keep<double>();
  replay_command.add("--wait", wait_s, "Wait so many seconds for another process that holds the warehouse")
      .not_negative();
  replay_command.runs([&](CommandContext& context) {
    context.check_definition();
    context.warn_of_configuration();
    return replay(context, wait_s);
  });
}

}  // namespace starlift
