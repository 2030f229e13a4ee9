#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <exception>
#include <thread>

#include "cli/command.h"

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

Parameter declare_globals(Command program, GlobalOptions& options) {
  auto config = program.add("--config", options.config, "The configuration file").shows_default();
  program.add("--warehouse", options.warehouse,
              "A folder with a warehouse definition; the built-in one when not given");
  program.add("--database", options.database, "The DuckDB file to use, instead of dwh.cfg's");
  program.add("--memory", options.memory,
              "What the process may take: 600MB, 2GiB ...; 900 MiB when not given");
  program.add("--threads", options.threads, "How many threads to use; one per core when not given")
      .between(1, 1024);
  program.add("-q,--quiet", options.is_quiet, "No progress, warnings and errors only");
  program.add("--json", options.is_json, "Results as JSON");
  program
      .add_choice<bool>("--log-format", options.logs_json, {{"text", false}, {"json", true}},
                        "Progress, warnings and errors as text, or as a JSON object per line")
      .shows_default("text");
  return config;
}

ExitCode run(int argc, char** argv) {
  CommandContext& context = the_context();
  watch_signals(context.cancellation);
  CommandLine line("starlift", STARLIFT_VERSION, "Loads JSON objects into a star schema, exactly once.");
  Command program = line.program();
  auto config = declare_globals(program, context.options);
  add_create_tables_command(program);
  add_etl_command(program);
  add_query_command(program);
  add_queries_command(program);
  add_status_command(program);
  add_history_command(program);
  add_rejects_command(program);
  add_trace_command(program);
  add_sql_command(program);
  add_erd_command(program);
  add_docs_command(program);
  add_report_command(program);
  add_check_command(program);
  add_diff_command(program);
  add_export_command(program);
  add_cluster_command(program);
  add_doctor_command(program);
  add_init_command(program);
  add_generate_command(program);
  add_completion_command(program);
  add_manual_command(program);
  if (auto end = line.read(argc, argv)) return *end;
  context.options.is_config_named = config.is_given();
  try {
    ExitCode code = line.run(context);
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
