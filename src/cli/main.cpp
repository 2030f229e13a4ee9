#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdlib>
#include <exception>
#include <map>
#include <thread>

#include "cli/command.h"
#include "report/text_width.h"

namespace starlift {
namespace {

constexpr timespec kRequestInterval = {.tv_sec = 0, .tv_nsec = 100'000'000};

/// Turns Ctrl-C into a request that the run sees; a second one ends the process at once.
/// Call before any thread starts, so that all of them leave the signals to this one.
///
/// The request is repeated: an engine forgets one that arrives just before its statement begins.
void watch_signals(Cancellation& cancellation) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals, &cancellation] {
    int signal = 0;
    sigwait(&signals, &signal);
    do {
      cancellation.request();
    } while (sigtimedwait(&signals, nullptr, &kRequestInterval) < 0);
    _exit(static_cast<int>(ExitCode::kInterrupted));
  }).detach();
}

/// Never destroyed: the thread that watches the signals uses it to the very end.
CommandContext& the_context() {
  static auto& context = *new CommandContext;
  return context;
}

/// Ends the process when an exception leaves a destructor: DuckDB throws there when its file's disk fails
/// while it rolls back.
[[noreturn]] void end_in_doubt() {
  try {
    if (std::current_exception()) std::rethrow_exception(std::current_exception());
  } catch (const std::exception& error) {
    the_context().tell(
        Error(ErrorKind::kInDoubt,
              fmt::format(
                  "in doubt: the engine gave up ({}); the next run finds out what was committed and says so",
                  error.what())));
    _exit(static_cast<int>(ExitCode::kInDoubt));
  } catch (...) {
  }
  std::abort();
}

void declare_globals(CLI::App& app, GlobalOptions& options) {
  app.set_version_flag("--version", fmt::format("starlift {}", STARLIFT_VERSION));
  app.add_option("--config", options.config, "The configuration file")
      ->capture_default_str()
      ->each([&](const std::string&) { options.is_config_named = true; });
  app.add_option("--warehouse", options.warehouse,
                 "A folder with a warehouse definition; the built-in one when not given");
  app.add_option("--database", options.database, "The DuckDB file to use, instead of dwh.cfg's");
  app.add_option("--memory", options.memory,
                 "What the process may take: 600MB, 2GiB ...; 900 MiB when not given");
  app.add_option("--threads", options.threads, "How many threads to use; one per core when not given")
      ->check(CLI::Range(1, 1024));
  app.add_flag("-q,--quiet", options.is_quiet, "No progress, warnings and errors only");
  app.add_flag("--json", options.is_json, "Results as JSON");
  const std::map<std::string, bool> log_formats = {{"text", false}, {"json", true}};
  app.add_option("--log-format", options.logs_json,
                 "Progress, warnings and errors as text, or as a JSON object per line")
      ->transform(CLI::CheckedTransformer(log_formats).description("text|json"))
      ->default_str("text");
}

/// CLI11 says only that a command is missing.
void name_unknown_command(const CLI::App& app) {
  if (app.remaining_size() == 0 || !app.get_subcommands().empty()) return;
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  std::string word = app.remaining().front();
  fmt::print(stderr, "starlift: there is no command '{}'{}\n", printable(word), what_there_is(word, names));
}

ExitCode run(int argc, char** argv) {
  CommandContext& context = the_context();
  watch_signals(context.cancellation);
  Action action;
  CLI::App app("Loads JSON objects into a star schema, exactly once.", "starlift");
  app.require_subcommand(1);
  app.fallthrough();
  declare_globals(app, context.options);
  add_create_tables_command(app, action);
  add_etl_command(app, action);
  add_query_command(app, action);
  add_queries_command(app, action);
  add_status_command(app, action);
  add_history_command(app, action);
  add_rejects_command(app, action);
  add_trace_command(app, action);
  add_sql_command(app, action);
  add_erd_command(app, action);
  add_docs_command(app, action);
  add_report_command(app, action);
  add_check_command(app, action);
  add_diff_command(app, action);
  add_export_command(app, action);
  add_cluster_command(app, action);
  add_doctor_command(app, action);
  add_init_command(app, action);
  add_generate_command(app, action);
  add_completion_command(app, action);
  add_manual_command(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    name_unknown_command(app);
    app.exit(error);
    return ExitCode::kUsage;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::kDone : ExitCode::kUsage;
  }
  try {
    ExitCode code = action(context);
    if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
      throw Error(ErrorKind::kSource,
                  "the results could not all be written to standard output; is the disk full?");
    }
    return code;
  } catch (const Error& error) {
    context.tell(error);
    return exit_code_of(error.kind());
  } catch (const std::exception& error) {  // no memory, most likely
    context.tell(Error(ErrorKind::kWarehouse, error.what()));
    return ExitCode::kFailed;
  }
}

}  // namespace
}  // namespace starlift

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::set_terminate(starlift::end_in_doubt);
  try {
    return static_cast<int>(starlift::run(argc, argv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "starlift: {}\n", error.what());
    return static_cast<int>(starlift::ExitCode::kFailed);
  }
}
