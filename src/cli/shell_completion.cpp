#include "cli/shell_completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace starlift {

namespace {

/// In single quotes, as all three shells read them.
std::string quote(const std::string& text, Shell shell) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += shell == Shell::kFish ? "\\'" : "'\\''";
    } else if (c == '\\' && shell == Shell::kFish) {
      quoted += "\\\\";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

/// A command's place in the patterns of a case: " rejects show"; empty for the program.
std::string chain_of(const CommandUsage& command) {
  return command.path.empty() ? "" : " " + command.path;
}

/// The patterns by which a script follows the words typed so far from command to command.
std::string chain_patterns(std::span<const CommandUsage> commands, const char* separator) {
  std::vector<std::string> chains;
  for (const auto& command : commands.subspan(1))
    chains.push_back(fmt::format("'{}'", chain_of(command)));
  return fmt::format("{}", fmt::join(chains, separator));
}

template <typename Visit>
void visit_children(std::span<const CommandUsage> commands, const CommandUsage& command, const Visit& visit) {
  for (const auto& child : commands.subspan(1))
    if (child.parent() == command.path) visit(child);
}

/// Calls `visit` with the flags that a command takes: its own and the program's.
template <typename Visit>
void visit_flags(std::span<const CommandUsage> commands, const CommandUsage& command, const Visit& visit) {
  for (const auto& flag : command.flags)
    visit(flag);
  if (command.path.empty()) return;
  for (const auto& flag : commands[0].flags)
    if (flag.names.back() != "--help" && flag.names.back() != "--version") visit(flag);
}

std::string bash_completion(std::span<const CommandUsage> commands) {
  std::string words, values;
  for (const auto& command : commands) {
    std::vector<std::string> list;
    visit_children(commands, command, [&](const CommandUsage& child) { list.push_back(child.name()); });
    for (const auto& argument : command.arguments)
      list.insert(list.end(), argument.choices.begin(), argument.choices.end());
    visit_flags(commands, command, [&](const FlagUsage& flag) { list.push_back(flag.names.back()); });
    words += fmt::format("    '{}') words='{}' ;;\n", chain_of(command), fmt::join(list, " "));
    for (const auto& flag : command.flags) {
      if (flag.value.empty()) continue;
      // No reply, no choices: bash then completes file names.
      std::string reply = flag.choices.empty()
                              ? ""
                              : fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\"); ",
                                            fmt::join(flag.choices, " "));
      for (const auto& name : flag.names)
        values += fmt::format("    '{}'*' {}') {}return ;;\n", chain_of(command), name, reply);
    }
  }
  return fmt::format(R"(# bash completion of starlift
_starlift() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} chain='' word words=''
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$chain $word" in
      {}) chain="$chain $word" ;;
    esac
  done
  case "$chain ${{COMP_WORDS[COMP_CWORD-1]}}" in
{}  esac
  case "$chain" in
{}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _starlift starlift
)",
                     chain_patterns(commands, " | "), values, words);
}

std::string zsh_completion(std::span<const CommandUsage> commands) {
  // _describe wants "word:what it means", colons in the word escaped; none has one.
  auto described = [](const std::string& word, const std::string& description) {
    return quote(word + ":" + description, Shell::kZsh);
  };
  std::string cases, values;
  for (const auto& command : commands) {
    std::vector<std::string> children, flags;
    visit_children(commands, command, [&](const CommandUsage& child) {
      children.push_back(described(child.name(), child.description));
    });
    for (const auto& argument : command.arguments)
      for (const auto& choice : argument.choices)
        children.push_back(described(choice, argument.name));
    visit_flags(commands, command, [&](const FlagUsage& flag) {
      flags.push_back(described(flag.names.back(), flag.description));
    });
    cases += fmt::format("    '{}')\n      children=({})\n      flags=({}) ;;\n", chain_of(command),
                         fmt::join(children, " "), fmt::join(flags, " "));
    for (const auto& flag : command.flags) {
      if (flag.value.empty()) continue;
      std::string reply =
          flag.choices.empty() ? "_files" : fmt::format("compadd {}", fmt::join(flag.choices, " "));
      for (const auto& name : flag.names)
        values += fmt::format("    '{}'*' {}') {}; return ;;\n", chain_of(command), name, reply);
    }
  }
  return fmt::format(R"(#compdef starlift
# zsh completion of starlift
_starlift() {{
  local chain='' word
  local -a children flags
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$chain $word" in
      ({}) chain="$chain $word" ;;
    esac
  done
  case "$chain $words[CURRENT-1]" in
{}  esac
  case "$chain" in
{}  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe -o flag flags
  elif (($#children)); then
    _describe command children
  else
    _files
  fi
}}
_starlift "$@"
)",
                     chain_patterns(commands, "|"), values, cases);
}

std::string fish_completion(std::span<const CommandUsage> commands) {
  std::string script = fmt::format(R"(# fish completion of starlift
function __starlift_at
  set -l chain ''
  for word in (commandline -opc)[2..]
    switch "$chain $word"
      case {}
        set chain "$chain $word"
    end
  end
  test "$chain" = "$argv[1]"
end
)",
                                   chain_patterns(commands, " "));
  for (const auto& command : commands) {
    std::string at = fmt::format("complete -c starlift -n '__starlift_at \"{}\"'", chain_of(command));
    visit_children(commands, command, [&](const CommandUsage& child) {
      script += fmt::format("{} -f -a {} -d {}\n", at, child.name(), quote(child.description, Shell::kFish));
    });
    for (const auto& argument : command.arguments)
      for (const auto& choice : argument.choices)
        script += fmt::format("{} -f -a {} -d {}\n", at, choice, quote(argument.name, Shell::kFish));
    visit_flags(commands, command, [&](const FlagUsage& flag) {
      script += at;
      for (const auto& name : flag.names)
        script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (!flag.choices.empty()) {
        script += fmt::format(" -x -a '{}'", fmt::join(flag.choices, " "));
      } else if (!flag.value.empty()) {
        script += " -r -F";
      }
      script += fmt::format(" -d {}\n", quote(flag.description, Shell::kFish));
    });
  }
  return script;
}

}  // namespace

std::string shell_completion(Shell shell, std::span<const CommandUsage> commands) {
  switch (shell) {
    case Shell::kBash:
      return bash_completion(commands);
    case Shell::kZsh:
      return zsh_completion(commands);
    case Shell::kFish:
      break;
  }
  return fish_completion(commands);
}

}  // namespace starlift
