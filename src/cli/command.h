#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/cancellation.h"
#include "base/error.h"
#include "cli/command_line.h"
#include "pipeline/target.h"
#include "project/config.h"
#include "project/definition.h"
#include "report/console_progress.h"
#include "report/json_log.h"
#include "storage/object_store.h"
#include "warehouse/warehouse.h"

namespace starlift {

/// docs/exit_codes.md tells users what each means.
enum class ExitCode {
  kDone = 0,
  kFailed = 1,      ///< nothing was committed
  kUsage = 2,       ///< command line, dwh.cfg or definition
  kBusy = 3,        ///< another process holds the warehouse
  kDifferent = 4,   ///< `diff` found a difference, or a check failed, or one of the doctor's
  kInDoubt = 5,     ///< the connection died during the commit; the next run finds out
  kIncomplete = 6,  ///< `etl --keep-going` left objects out that cannot be read
  kInterrupted = 130,
};

ExitCode exit_code_of(ErrorKind kind);

/// Ends a message about a name that is none: " (did you mean A?); there are: A, B".
std::string what_there_is(std::string_view name, std::span<const std::string> names);

/// Reads a configuration, with the environment laid over it. Throws Error{kConfiguration}.
Config read_config(const std::string& path, bool may_be_absent = false);

/// The flags that every command takes.
struct GlobalOptions {
  std::string config = "dwh.cfg";
  bool is_config_named = false;
  std::string warehouse;
  std::string database;
  std::string memory;
  int threads = 0;
  bool is_quiet = false;
  bool is_json = false;
  bool logs_json = false;
};

/// What commands work with. Reads dwh.cfg and the definition when first asked for them.
class CommandContext {
 public:
  GlobalOptions options;
  Cancellation cancellation;

  const Config& config();
  const WarehouseDefinition& definition();

  /// Tries the SQL of a definition that is not the built-in one (the tests try that).
  void check_definition();

  /// Prints what dwh.cfg most likely does not mean as it stands: keys that nothing reads, lines that are no
  /// keys.
  void warn_of_configuration();

  /// Opens local folders and, as dwh.cfg says, buckets.
  StoreOpener store_opener();

  /// What --database names, or else dwh.cfg.
  Target target();
  /// What this dwh.cfg names.
  Target target_of(const Config& config);
  /// What --memory and --threads say.
  OpenOptions open_options() const;
  std::unique_ptr<Warehouse> open_to_write() { return open_target(target(), cancellation); }
  /// Throws Error{kConfiguration} when there is no warehouse yet.
  std::unique_ptr<Warehouse> open_to_read();

  /// Hears what is going on and tells it on stderr, as --log-format says.
  EventListener& progress();
  /// Tells a line beside the result, unless --quiet.
  void say(const std::string& text);
  /// Tells of a check whose failure ended a run, with its rows.
  void tell_failed(std::span<const CheckResult> results);
  /// Tells programs what a run did; people read it in its result.
  void tell_finished(const RunSummary& summary, ExitCode code);
  /// Tells why the command ended.
  void tell(const Error& error);

 private:
  JsonLog& json_log();

  std::unique_ptr<JsonLog> json_log_;
  std::unique_ptr<ConsoleProgress> console_;
  std::unique_ptr<Config> config_;
  std::unique_ptr<WarehouseDefinition> definition_;
};

// Each declares a command, its flags and what it does.
void add_create_tables_command(Command program);
void add_etl_command(Command program);
void add_query_command(Command program);
void add_queries_command(Command program);
void add_status_command(Command program);
void add_history_command(Command program);
void add_sql_command(Command program);
void add_erd_command(Command program);
void add_docs_command(Command program);
void add_report_command(Command program);
void add_rejects_command(Command program);
void add_trace_command(Command program);
void add_generate_command(Command program);
void add_init_command(Command program);
void add_check_command(Command program);
void add_diff_command(Command program);
void add_export_command(Command program);
void add_cluster_command(Command program);
void add_doctor_command(Command program);
void add_completion_command(Command program);
void add_manual_command(Command program);

}  // namespace starlift
