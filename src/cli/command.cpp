#include "cli/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "cluster/server_login.h"
#include "pipeline/definition_check.h"
#include "pipeline/s3_config.h"
#include "project/builtin.h"
#include "report/check_report.h"
#include "report/text_width.h"

namespace starlift {

namespace {

/// With less, DuckDB cannot even read its catalogue.
constexpr uint64_t kLeastMemoryBytes = 16 << 20;

std::string read_config_file(const std::string& path, bool may_be_absent) {
  std::ifstream file(path, std::ios::binary);
  if (!file && (errno != ENOENT || !may_be_absent)) {
    throw Error(ErrorKind::kConfiguration, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  }
  if (std::filesystem::is_directory(path)) {
    throw Error(ErrorKind::kConfiguration, fmt::format("{} is a folder; --config names a file", path));
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Config read_config(const std::string& path, bool may_be_absent) {
  return Config::parse(read_config_file(path, may_be_absent), path, process_environment());
}

ExitCode exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kConfiguration:
    case ErrorKind::kDefinition:
      return ExitCode::kUsage;
    case ErrorKind::kBusy:
      return ExitCode::kBusy;
    case ErrorKind::kInDoubt:
      return ExitCode::kInDoubt;
    case ErrorKind::kInterrupted:
      return ExitCode::kInterrupted;
    case ErrorKind::kSource:
    case ErrorKind::kWarehouse:
    case ErrorKind::kMismatch:
      break;
  }
  return ExitCode::kFailed;
}

std::string what_there_is(std::string_view name, std::span<const std::string> names) {
  if (names.empty()) return "; there is none at all";
  auto nearest = nearest_name(name, names);
  return fmt::format("{}; there {}: {}", nearest ? fmt::format(" (did you mean {}?)", *nearest) : "",
                     names.size() == 1 ? "is" : "are", fmt::join(names, ", "));
}

const Config& CommandContext::config() {
  if (!config_) {
    // The default dwh.cfg may be absent: the environment can say everything.
    config_ = std::make_unique<Config>(read_config(options.config, !options.is_config_named));
  }
  return *config_;
}

const WarehouseDefinition& CommandContext::definition() {
  if (!definition_) {
    definition_ = std::make_unique<WarehouseDefinition>(
        options.warehouse.empty() ? read_definition(builtin_files())
                                  : read_definition(read_definition_folder(options.warehouse)));
  }
  return *definition_;
}

void CommandContext::check_definition() {
  if (!options.warehouse.empty()) starlift::check_definition(definition());
}

void CommandContext::warn_of_configuration() {
  for (const auto& warning : config().warnings(definition()))
    progress().on_event({.kind = Event::Kind::kWarning, .text = warning});
}

StoreOpener CommandContext::store_opener() {
  return make_store_opener(read_s3_settings(config(), process_environment(), &cancellation), cancellation);
}

Target CommandContext::target() {
  Target target = options.database.empty() ? target_of(config()) : duckdb_target(options.database);
  target.options = open_options();
  return target;
}

Target CommandContext::target_of(const Config& config) {
  return find_target(config, definition(), find_server_login(config, process_environment(), cancellation),
                     cancellation);
}

OpenOptions CommandContext::open_options() const {
  OpenOptions open_options{.threads = options.threads};
  if (options.memory.empty()) return open_options;
  auto memory_bytes = parse_bytes(options.memory);
  if (!memory_bytes) {
    throw Error(ErrorKind::kUsage,
                fmt::format("--memory {} is not a size; write for example 600MB or 2GiB", options.memory));
  }
  if (*memory_bytes < kLeastMemoryBytes) {
    throw Error(ErrorKind::kUsage, fmt::format("--memory {} is too little: it takes at least {}",
                                               options.memory, format_bytes(kLeastMemoryBytes)));
  }
  open_options.memory_bytes = *memory_bytes;
  return open_options;
}

std::unique_ptr<Warehouse> CommandContext::open_to_read() {
  Target wanted = target();
  auto warehouse = open_target_to_read(wanted, cancellation);
  if (!warehouse) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format(
            "there is no warehouse at {} yet; run starlift etl first, or name another with --database "
            "or [WAREHOUSE] PATH in dwh.cfg",
            wanted.path));
  }
  return warehouse;
}

JsonLog& CommandContext::json_log() {
  if (!json_log_) json_log_ = std::make_unique<JsonLog>(stderr, options.is_quiet);
  return *json_log_;
}

EventListener& CommandContext::progress() {
  if (options.logs_json) return json_log();
  if (!console_) {
    console_ = std::make_unique<ConsoleProgress>(stderr, ConsoleStyle::of(stderr, options.is_quiet));
  }
  return *console_;
}

void CommandContext::say(const std::string& text) {
  if (options.logs_json) {
    json_log().say(text);
  } else if (!options.is_quiet) {
    fmt::print(stderr, "{}\n", text);
  }
}

void CommandContext::tell_failed(std::span<const CheckResult> results) {
  if (!options.logs_json) {
    print_failed_checks(results, stderr);
    return;
  }
  for (const auto& result : results) {
    if (!result.passed()) json_log().check_failed(result, "error");
  }
}

void CommandContext::tell_finished(const RunSummary& summary, ExitCode code) {
  if (options.logs_json) json_log().finish_run(summary, static_cast<int>(code));
}

void CommandContext::tell(const Error& error) {
  if (options.logs_json) {
    json_log().fail(error, static_cast<int>(exit_code_of(error.kind())));
    return;
  }
  fmt::print(stderr, "starlift: {}\n", printable_lines(error.what()));
  if (!error.statement().empty()) {
    fmt::print(stderr, "in the statement:\n{}\n", printable_lines(error.statement()));
  }
  if (error.kind() == ErrorKind::kInterrupted) {
    fmt::print(stderr, "what was under way was rolled back; the warehouse is as it was before\n");
  }
}

}  // namespace starlift
