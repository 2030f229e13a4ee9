#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output_file.h"
#include "pipeline/describe_schema.h"
#include "pipeline/describe_tables.h"
#include "report/dictionary_pages.h"

namespace starlift {

namespace {

constexpr int kMaxExamples = 1000;

/// Opens the warehouse for example rows. What keeps it shut is said, and does not keep the pages from being
/// written.
std::unique_ptr<Warehouse> open_for_examples(CommandContext& context) {
  try {
    auto warehouse = open_target_to_read(context.target(), context.cancellation);
    if (!warehouse) context.say("no example rows: there is no warehouse yet");
    return warehouse;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    context.say(fmt::format("no example rows: {}", error.what()));
    return nullptr;
  }
}

ExitCode write_dictionary(CommandContext& context, const std::string& folder, int examples) {
  const auto& definition = context.definition();
  auto warehouse = examples > 0 ? open_for_examples(context) : nullptr;
  Cancellation::Hook hook(context.cancellation, [&] {
    if (warehouse) warehouse->interrupt();
  });
  auto entries = describe_tables(definition, warehouse.get(), static_cast<size_t>(examples));
  for (const auto& entry : entries) {
    if (!entry.no_examples.empty()) context.say("no example rows: " + entry.no_examples);
  }
  auto pages = dictionary_pages(describe_schema(definition), entries);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);  // what is in the way shows when a page is written
  for (const auto& page : pages)
    write_output(folder + "/" + page.name, page.html);
  context.say(fmt::format("wrote {} to {}; begin with {}/index.html", format_counted(pages.size(), "page"),
                          folder, folder));
  return ExitCode::kDone;
}

}  // namespace

void add_docs_command(Command program) {
  auto command = program.add_command("docs", "Write a data dictionary: a page per table, linked");
  auto& folder = command.keep<std::string>();
  auto& examples = command.keep<int>(5);
  command.add("-o,--output", folder, "The folder to write").required();
  command.add("--examples", examples, "How many example rows of each table to show; 0 for none")
      .shows_default()
      .between(0, kMaxExamples);
  command.runs([&](CommandContext& context) { return write_dictionary(context, folder, examples); });
}

}  // namespace starlift
