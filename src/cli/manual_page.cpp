#include "cli/manual_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace starlift {

namespace {

constexpr const char* kHead = R"(.TH STARLIFT 1 "" "starlift {}" "User Commands"
.SH NAME
starlift \- load JSON objects into a star schema, exactly once
.SH SYNOPSIS
.B starlift
.I command
.RI [ flags ]
.SH DESCRIPTION
starlift lists the JSON objects at the sources that
.I dwh.cfg
names (folders, or prefixes of S3 buckets), compares them with its ledger, reads what is new or changed
into staging tables, remakes the star from staging, checks that everything adds up, and commits all of it
in one transaction. A run that is repeated, interrupted or late leaves the tables of one clean load.
)";

constexpr const char* kTail = R"(.SH EXIT STATUS
.TP
.B 0
done; also when there was nothing new
.TP
.B 1
failed; nothing was committed
.TP
.B 2
the command line, dwh.cfg or the warehouse definition is wrong
.TP
.B 3
another process holds the warehouse
.TP
.B 4
a difference or a failed check was found
.TP
.B 5
in doubt: whether the commit succeeded could not be asked; the next run finds out and says so
.TP
.B 6
done, but objects that cannot be read were left out (\-\-keep\-going)
.TP
.B 130
interrupted; rolled back
.SH ENVIRONMENT
.TP
.B STARLIFT_\fISECTION\fB_\fIKEY
stands for a key of dwh.cfg and wins over it
.TP
.B NO_COLOR
no colours in the progress
.SH FILES
.TP
.I dwh.cfg
the sources and the warehouse; see \-\-config
)";

/// roff reads a backslash, a leading dot or quote, and a hyphen as its own.
std::string escape(const std::string& text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if ((c == '.' || c == '\'') && (escaped.empty() || escaped.back() == '\n')) {
      escaped += std::string("\\&") + c;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void add_flag(const FlagUsage& flag, std::string& page) {
  std::vector<std::string> names;
  for (const auto& name : flag.names)
    names.push_back("\\fB" + escape(name) + "\\fR");
  page += fmt::format(".TP\n{}", fmt::join(names, ", "));
  if (!flag.choices.empty()) {
    page += fmt::format(" {}", fmt::join(flag.choices, "|"));
  } else if (!flag.value.empty()) {
    page += fmt::format(" \\fI{}\\fR", escape(flag.value));
  }
  page += fmt::format("\n{}\n", escape(flag.description));
}

void add_command(const CommandUsage& command, std::string& page) {
  page += fmt::format(".SS starlift {}", escape(command.path));
  for (const auto& argument : command.arguments)
    page += fmt::format(fmt::runtime(argument.is_required ? " {}" : " [{}]"), escape(argument.name));
  page += fmt::format("\n{}\n", escape(command.description));
  for (const auto& argument : command.arguments)
    page += fmt::format(".TP\n\\fI{}\\fR\n{}\n", escape(argument.name), escape(argument.description));
  for (const auto& flag : command.flags)
    if (flag.names.back() != "--help") add_flag(flag, page);
}

}  // namespace

std::string manual_page(std::span<const CommandUsage> commands) {
  std::string page = fmt::format(fmt::runtime(kHead), STARLIFT_VERSION);
  page += ".SH COMMANDS\n";
  for (const auto& command : commands.subspan(1))
    add_command(command, page);
  page += ".SH FLAGS OF EVERY COMMAND\n";
  for (const auto& flag : commands[0].flags)
    add_flag(flag, page);
  return page + kTail;
}

}  // namespace starlift
