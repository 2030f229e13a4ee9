#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "base/json_writer.h"
#include "base/process.h"
#include "cli/cluster_answer.h"
#include "cli/command.h"
#include "cli/confirmation.h"
#include "cloud/caller_address.h"
#include "cluster/cluster_account.h"
#include "cluster/config_update.h"
#include "cluster/master_password.h"

namespace starlift {

namespace {

/// What the commands below `cluster` take.
struct ClusterFlags {
  bool is_public_from_here = false;
  std::string public_from;
  PasswordChoice password;
  double poll_s = 15;
  bool is_agreed = false;
  bool skips_snapshot = false;

  ClusterPatience patience() const {
    return {.poll = std::chrono::milliseconds(static_cast<int64_t>(poll_s * 1000))};
  }
};

/// The account of one command's run, and who asks.
class Caller {
 public:
  using Reader =
      std::function<ClusterSettings(const Config&, const WarehouseDefinition&, const Config::Environment&)>;

  /// `read` reads as much of dwh.cfg as the command takes.
  Caller(CommandContext& context, const Reader& read)
      : access_(cluster_access(context.config(), process_environment(), &context.cancellation)),
        settings_(read(context.config(), context.definition(), process_environment())) {
    Variables variables = access_.variables;
    variables["AWS_REGION"] = access_.region;
    identity_ = TokenService(variables, access_.cancellation).identify(access_.credentials);
    check_place(context.config(), settings_, identity_.account);
  }

  void open_as_asked(const ClusterFlags& flags) {
    if (!flags.public_from.empty()) {
      settings_.open_to = parse_cidr(flags.public_from);
    } else if (flags.is_public_from_here) {
      settings_.open_to = parse_cidr(find_caller_address(access_));
    }
  }

  ClusterAccount account() const { return {access_, settings_}; }
  const ClusterSettings& settings() const { return settings_; }
  const CallerIdentity& identity() const { return identity_; }

  ClusterAnswer answer(ClusterState state) const {
    auto steps = steps_up(settings_, state);
    auto notes = differences(settings_, state);
    return {identity_, settings_, std::move(state), std::move(steps), std::move(notes)};
  }

 private:
  CloudAccess access_;
  ClusterSettings settings_;
  CallerIdentity identity_;
};

bool makes_cluster(const ClusterAnswer& answer) {
  return std::any_of(answer.steps.begin(), answer.steps.end(),
                     [](const ClusterStep& step) { return step.kind == ClusterStep::Kind::kCreateCluster; });
}

/// Tells dwh.cfg, and people what it was told.
void write_config(CommandContext& context, const std::string& text, const std::vector<IniChange>& changes) {
  if (changes.empty()) return;
  const auto& path = context.config().file();
  replace_file(path, set_ini_values(text, changes, path));
  std::vector<std::string> keys;
  for (const auto& change : changes)
    keys.push_back(fmt::format("[{}] {}", change.section, change.key));
  context.say(fmt::format("wrote {} into {}", fmt::join(keys, ", "), path));
}

ExitCode plan(CommandContext& context, const ClusterFlags& flags) {
  Caller caller(context, read_cluster_settings);
  caller.open_as_asked(flags);
  bool looks_for_group = caller.settings().open_to.has_value();
  ClusterAnswer answer = caller.answer(caller.account().look(looks_for_group));
  fmt::print("{}", context.options.is_json ? to_json(answer) + "\n" : describe_plan(answer));
  return ExitCode::kDone;
}

/// "it's" is 'it'\''s' to a shell.
std::string quote_for_shell(std::string_view text) {
  std::string quoted = "'";
  for (char c : text)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// A load reads neither a password file nor Secrets Manager: says of a cluster that was made what it takes
/// instead.
void tell_password(CommandContext& context, const PasswordChoice& choice, const ClusterState& state) {
  const Config& config = context.config();
  bool is_used = is_same_name(config.get("CLUSTER", "AUTH").value_or("password"), "password");
  if (!is_used || config.get("CLUSTER", "DB_PASSWORD")) return;
  if (!choice.file.empty())
    context.say(fmt::format("before create-tables and etl: export STARLIFT_CLUSTER_DB_PASSWORD=\"$(cat {})\"",
                            quote_for_shell(choice.file)));
  else if (!state.cluster->secret_arn.empty())
    context.say(fmt::format(
        "before create-tables and etl, set STARLIFT_CLUSTER_DB_PASSWORD to the password that this "
        "shows: aws secretsmanager get-secret-value --secret-id {}",
        state.cluster->secret_arn));
}

ExitCode bring_up(CommandContext& context, const ClusterFlags& flags) {
  context.warn_of_configuration();
  Caller caller(context, read_cluster_settings);
  caller.open_as_asked(flags);
  ClusterAccount account = caller.account();
  ClusterAnswer before = caller.answer(account.look(caller.settings().open_to.has_value()));
  context.say(describe_plan(before));
  std::optional<Secret> password;
  if (makes_cluster(before)) password = prepare_password(context.config(), flags.password);
  ClusterState state = account.bring_up(password, flags.patience(), context.progress());
  std::string text = read_file(context.config().file());
  write_config(context, text, changes_after_up(text, context.config().file(), caller.settings(), state));
  if (password) tell_password(context, flags.password, state);
  if (context.options.is_json) {
    fmt::print("{}\n", to_json(caller.answer(state)));
  } else {
    fmt::print("{}", describe_state(caller.settings(), state));
  }
  return ExitCode::kDone;
}

/// `mistake` is what is wrong with dwh.cfg; empty: nothing.
ClusterAnswer status_of(const Caller& caller, ClusterState state, const std::string& mistake) {
  if (!mistake.empty()) return {caller.identity(), caller.settings(), std::move(state), {}, {}, mistake};
  try {
    return caller.answer(state);
  } catch (const Error& error) {
    auto notes = differences(caller.settings(), state);
    return {caller.identity(), caller.settings(), std::move(state), {}, std::move(notes), error.what()};
  }
}

ExitCode show_status(CommandContext& context) {
  std::string mistake;
  // A cluster that costs is shown whatever else dwh.cfg says.
  Caller caller(context, [&](const auto& config, const auto& definition, const auto& environment) {
    try {
      return read_cluster_settings(config, definition, environment);
    } catch (const Error& error) {
      mistake = error.what();
      return read_cluster_names(config, definition, environment);
    }
  });
  ClusterAccount account = caller.account();
  ClusterState state = account.look(false);
  if (state.cluster && state.cluster->is_public) state = account.look(true);
  ClusterAnswer answer = status_of(caller, std::move(state), mistake);
  fmt::print("{}", context.options.is_json ? to_json(answer) + "\n" : describe_status(answer));
  return ExitCode::kDone;
}

/// "dwh-20261128-053000", of the time in UTC.
std::string snapshot_name(const std::string& identifier) {
  std::string digits;
  for (char c : format_time(now_us())) {
    if (c >= '0' && c <= '9') digits += c;
    if (c == ' ') digits += '-';
  }
  return identifier + "-" + digits;
}

std::string what_goes(const std::vector<ClusterStep>& steps, const std::optional<std::string>& snapshot) {
  std::vector<std::string> texts;
  for (const auto& step : steps) {
    if (!step.is_wait()) texts.push_back(step.text);
  }
  std::string data = steps.front().kind != ClusterStep::Kind::kDeleteCluster ? ""
                     : snapshot
                         ? fmt::format("; its data stays in the snapshot {}, which costs, too", *snapshot)
                         : "; its data is lost";
  return fmt::format("cluster down will {}{}", fmt::join(texts, ", "), data);
}

bool is_nothing_but_waiting(const std::vector<ClusterStep>& steps) {
  return std::all_of(steps.begin(), steps.end(), [](const ClusterStep& step) { return step.is_wait(); });
}

/// Where the data of a cluster is that went without this run's order.
void tell_other_snapshot(CommandContext& context, const ClusterSettings& settings,
                         const ClusterState& before) {
  if (!before.cluster || !is_ours(before.cluster->tags, settings)) return;
  const std::string& status = before.cluster->status;
  std::string look =
      "aws redshift describe-cluster-snapshots --cluster-identifier " + before.cluster->identifier;
  if (status == "final-snapshot") {
    context.say(fmt::format("the data is in the snapshot that the earlier order named; {} shows it", look));
  } else if (status == "deleting") {
    context.say(
        fmt::format("an earlier order deleted the cluster; {} shows the snapshot, if it named one", look));
  } else {
    context.say(
        fmt::format("the cluster was deleted by somebody else: AWS confirmed no order of this run, which "
                    "made no snapshot that it knows of; {} shows those that there are",
                    look));
  }
}

/// Removes HOST and ARN from dwh.cfg, as far as what they name is gone.
void forget_cluster(CommandContext& context, const ClusterSettings& settings, const ClusterState& before) {
  std::string text = read_file(context.config().file());
  auto changes = changes_after_down(text, context.config().file(), settings, before);
  write_config(context, text, changes);
  bool has_no_host = std::any_of(changes.begin(), changes.end(),
                                 [](const IniChange& change) { return change.key == "HOST"; });
  if (has_no_host && !context.config().get("WAREHOUSE", "ENGINE"))
    context.say("without HOST, and without [WAREHOUSE] ENGINE, the next etl loads a DuckDB file");
}

ExitCode take_down(CommandContext& context, const ClusterFlags& flags) {
  Caller caller(context, read_cluster_names);
  const ClusterSettings& settings = caller.settings();
  ClusterAccount account = caller.account();
  ClusterState before = account.look(true);
  auto steps = steps_down(settings, before);
  if (steps.empty()) check_is_ours(settings, before);
  std::optional<std::string> snapshot;
  if (!flags.skips_snapshot) snapshot = snapshot_name(settings.identifier());
  if (!flags.is_agreed && !is_nothing_but_waiting(steps) &&
      !confirm(what_goes(steps, snapshot), context.cancellation)) {
    context.say("nothing was changed");
    return ExitCode::kFailed;
  }
  bool is_deleted_by_us = account.take_down(snapshot, flags.patience(), context.progress());
  forget_cluster(context, settings, before);
  if (!is_deleted_by_us) {
    snapshot = std::nullopt;
    tell_other_snapshot(context, settings, before);
  } else if (snapshot) {
    context.say(fmt::format("the data is in the snapshot {}", *snapshot));
  }
  if (context.options.is_json) {
    JsonWriter json;
    json.begin_object().member("identifier", settings.identifier()).member("snapshot", snapshot);
    json.members("unseen_roles", before.unseen_roles);
    fmt::print("{}\n", json.end_object().text());
  } else {
    std::string unseen =
        before.unseen_roles.empty()
            ? ""
            : fmt::format(", unless it made {}, which the caller may not look at (iam:GetRole)",
                          fmt::join(before.unseen_roles, " or "));
    fmt::print("nothing of the cluster {} that starlift made is left{}\n", settings.identifier(), unseen);
  }
  return ExitCode::kDone;
}

/// Nothing of what was made is taken back when somebody interrupts it.
ExitCode resumable(CommandContext& context, const std::function<ExitCode()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInterrupted) throw;
    context.say("interrupted; AWS goes on with what it has begun, and the same command goes on from there");
    return ExitCode::kInterrupted;
  }
}

void declare_access(Command& command, ClusterFlags& flags) {
  auto here = command.add("--public-from-here", flags.is_public_from_here,
                          "Make it public, for this machine's address alone, which checkip.amazonaws.com "
                          "is asked for");
  command
      .add("--public-from", flags.public_from,
           "Make it public for these addresses alone: 203.0.113.7 or 203.0.113.0/24")
      .excludes(here);
}

void declare_patience(Command& command, ClusterFlags& flags) {
  command.add("--poll", flags.poll_s, "Seconds between two looks at what AWS is busy with")
      .between(0.05, 600.0)
      .shows_default();
}

void declare_password(Command& command, PasswordChoice& password) {
  auto file = command.add("--password-file", password.file,
                          "Make a master password and keep it in this file, or take the one there");
  auto in_config = command.add("--password-in-config", password.is_in_config,
                               "Make a master password and write it into dwh.cfg");
  auto managed = command.add("--managed-password", password.is_managed,
                             "Leave the master password to AWS Secrets Manager");
  file.excludes(in_config).excludes(managed);
  in_config.excludes(managed);
}

}  // namespace

void add_cluster_command(Command program) {
  auto command =
      program.add_command("cluster", "Make the Redshift cluster that dwh.cfg describes, and take it away");
  command.require_command();
  auto& flags = command.keep<ClusterFlags>();

  auto plan_command =
      command.add_command("plan", "Show what is there and what `up` would make; change nothing");
  declare_access(plan_command, flags);
  plan_command.runs([&](CommandContext& context) { return plan(context, flags); });

  auto up_command = command.add_command(
      "up",
      "Make role, policy and cluster, wait for them, and write them into dwh.cfg; goes on where it was");
  declare_access(up_command, flags);
  declare_password(up_command, flags.password);
  declare_patience(up_command, flags);
  up_command.runs(
      [&](CommandContext& context) { return resumable(context, [&] { return bring_up(context, flags); }); });

  command.add_command("status", "Show cluster, role and who may reach them").runs(show_status);

  auto down_command =
      command.add_command("down", "Remove what `up` made, and nothing else; keeps a final snapshot");
  down_command.add("-y,--yes", flags.is_agreed, "Do not ask");
  down_command.add("--no-snapshot", flags.skips_snapshot, "Keep no final snapshot: the data is lost");
  declare_patience(down_command, flags);
  down_command.runs(
      [&](CommandContext& context) { return resumable(context, [&] { return take_down(context, flags); }); });
}

}  // namespace starlift
