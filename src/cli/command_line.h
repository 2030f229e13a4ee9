#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// CLI11 takes ten seconds to compile: command_line.cpp and command_usage.cpp alone include it.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace starlift {

class CommandContext;
enum class ExitCode;

/// Runs a command; its result goes to stdout.
using Action = std::function<ExitCode(CommandContext&)>;

/// A flag or an argument of a command. A handle on what its CommandLine owns.
class Parameter {
 public:
  explicit Parameter(CLI::Option& option) : option_(&option) {}

  Parameter& required();
  Parameter& one_of(std::vector<std::string> values);
  Parameter& between(int least, int most);
  Parameter& between(double least, double most);
  Parameter& positive();
  Parameter& not_negative();
  Parameter& existing_file();
  /// A list may be given without a value: it then holds one empty text.
  Parameter& maybe_without_values();
  Parameter& excludes(const Parameter& other);
  Parameter& needs(const Parameter& other);
  /// Shows in the help what the value is when none is given.
  Parameter& shows_default();
  Parameter& shows_default(const std::string& text);

  /// Whether the user gave it, once the command line was read.
  bool is_given() const;

 private:
  CLI::Option* option_;
};

/// What the user can type, declared; and what it does. A handle on what its CommandLine owns.
class Command {
 public:
  /// A command below this one.
  Command add_command(const std::string& name, const std::string& description);
  /// One of the commands below has to be chosen.
  void require_command();

  /// Makes a value that lives as long as the command line: one for add() to set and the action to read.
  template <typename Value>
  Value& keep(Value initial = {}) {
    auto kept = std::make_shared<Value>(std::move(initial));
    kept_->push_back(kept);
    return *kept;
  }

  /// Declares "-q,--quiet", or an argument when `names` has no hyphen in front. Sets `value` when it is
  /// given: a bool to true; a std::string, int, int64_t, uint64_t, double, std::optional<int64_t> or
  /// std::vector<std::string> to what follows.
  template <typename Value>
  Parameter add(const std::string& names, Value& value, const std::string& description);

  /// Declares one that takes some words, each of which stands for a value.
  template <typename Value>
  Parameter add_choice(const std::string& names, Value& value,
                       const std::vector<std::pair<std::string, Value>>& choices,
                       const std::string& description) {
    std::vector<std::string> words;
    for (const auto& [word, meaning] : choices)
      words.push_back(word);
    return add_words(
        names, words, [&value, choices](size_t index) { value = choices[index].second; }, description);
  }

  /// What to do when this is chosen, and none of the commands below.
  void runs(Action action);

  const CLI::App& app() const { return *app_; }

 private:
  friend class CommandLine;
  using Kept = std::vector<std::shared_ptr<void>>;

  Command(CLI::App& app, Kept& kept, Action& chosen) : app_(&app), kept_(&kept), chosen_(&chosen) {}

  Parameter add_words(const std::string& names, const std::vector<std::string>& words,
                      std::function<void(size_t)> choose, const std::string& description);

  CLI::App* app_;
  Kept* kept_;
  Action* chosen_;
};

/// The program's command line: declared through program(), read, and run.
class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& version, const std::string& description);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Its flags may be given before a command's name and after it; a command has to be chosen.
  Command program();

  /// Reads what the user typed. Returns the code to end with when that is all: help or the version was shown,
  /// or a mistake told on stderr.
  std::optional<ExitCode> read(int argc, char** argv);

  /// Does what was chosen.
  ExitCode run(CommandContext& context) const { return chosen_(context); }

 private:
  Command::Kept kept_;
  Action chosen_;
  std::unique_ptr<CLI::App> app_;
};

}  // namespace starlift
