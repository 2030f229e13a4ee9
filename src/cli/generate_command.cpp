#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "cli/command.h"
#include "pipeline/step.h"
#include "report/result_writer.h"
#include "storage/object_store.h"
#include "synth/command_line.h"

namespace starlift {

namespace {

class StoreSink : public synth::ObjectSink {
 public:
  explicit StoreSink(ObjectStore& store) : store_(store) {}

  void put(std::string_view key, std::string_view bytes) override { store_.put(key, bytes); }
  void begin(std::string_view key) override { writer_ = store_.create(key); }
  void append(std::string_view bytes) override { writer_->append(bytes); }
  void end() override {
    writer_->finish();
    writer_.reset();
  }

 private:
  ObjectStore& store_;
  std::unique_ptr<ObjectStore::Writer> writer_;
};

std::string kinds_of(const synth::DatasetSummary& dataset) {
  std::string kinds;
  for (const auto& [name, count] : dataset.dirt)
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count, name);
  return kinds;
}

void print_summary(const synth::GeneratorSummary& summary, bool is_json) {
  using Kind = ShownColumn::Kind;
  ShownTable table{{{"dataset"},
                    {"objects", Kind::kCount},
                    {"bytes", Kind::kBytes},
                    {"good", Kind::kCount},
                    {"bad", Kind::kCount},
                    {"dirt"}},
                   {}};
  for (const auto& [name, dataset] : synth::datasets_of(summary)) {
    table.rows.push_back({name, std::to_string(dataset.objects), std::to_string(dataset.bytes),
                          std::to_string(dataset.records_good), std::to_string(dataset.records_bad),
                          kinds_of(dataset)});
  }
  if (is_json) {
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, count] : synth::expectations_of(summary))
      json.member(name, count);
    table.write(json.key("datasets"));
    fmt::print("{}\n", json.end_object().text());
    return;
  }
  for (const auto& [name, count] : synth::expectations_of(summary))
    fmt::print("{}: {}\n", name, format_count(static_cast<int64_t>(count)));
  fmt::print("\n");
  table.write(ResultFormat::kTable, stdout);
}

ExitCode generate(CommandContext& context, const std::string& out, const synth::GeneratorOptions& options) {
  auto location = parse_location(out);
  // Folders ask for no configuration.
  auto store =
      location.scheme == Location::Scheme::kS3 ? context.store_opener()(location) : open_store(location);
  StoreSink sink(*store);
  Step step(context.progress(), "generate", synth::records_of(options));
  auto summary = synth::generate(options, sink, [&](const synth::GeneratorProgress& progress) {
    context.cancellation.check();
    step.counters().objects = synth::records_of(progress);
    step.counters().bytes = progress.bytes;
  });
  store->flush();
  step.finish();
  print_summary(summary, context.options.is_json);
  return ExitCode::kDone;
}

}  // namespace

void add_generate_command(Command program) {
  auto command = program.add_command("generate", "Write a data set of the real shape to try things with");
  auto& out = command.keep<std::string>();
  auto& options = command.keep<synth::GeneratorOptions>();
  command.add("out", out, "The folder to write to").required();
  for (const auto& flag : synth::flags_of(options)) {
    std::visit([&](auto* value) { command.add(flag.name, *value, flag.help).shows_default(); }, flag.value);
  }
  command.runs([&](CommandContext& context) { return generate(context, out, options); });
}

}  // namespace starlift
