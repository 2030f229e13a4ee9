#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <type_traits>

#include "cli/command.h"
#include "report/text_width.h"

namespace starlift {

namespace {

/// CLI11 says only that a command is missing.
void name_unknown_command(const CLI::App& app) {
  if (app.remaining_size() == 0 || !app.get_subcommands().empty()) return;
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  std::string word = app.remaining().front();
  fmt::print(stderr, "starlift: there is no command '{}'{}\n", printable(word), what_there_is(word, names));
}

}  // namespace

Parameter& Parameter::required() {
  option_->required();
  return *this;
}

Parameter& Parameter::one_of(std::vector<std::string> values) {
  option_->check(CLI::IsMember(std::move(values)));
  return *this;
}

Parameter& Parameter::between(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Parameter& Parameter::between(double least, double most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Parameter& Parameter::positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

Parameter& Parameter::not_negative() {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

Parameter& Parameter::existing_file() {
  option_->check(CLI::ExistingFile);
  return *this;
}

Parameter& Parameter::maybe_without_values() {
  option_->expected(0, -1);
  return *this;
}

Parameter& Parameter::excludes(const Parameter& other) {
  option_->excludes(other.option_);
  return *this;
}

Parameter& Parameter::needs(const Parameter& other) {
  option_->needs(other.option_);
  return *this;
}

Parameter& Parameter::shows_default() {
  option_->capture_default_str();
  return *this;
}

Parameter& Parameter::shows_default(const std::string& text) {
  option_->default_str(text);
  return *this;
}

bool Parameter::is_given() const {
  return option_->count() > 0;
}

Command Command::add_command(const std::string& name, const std::string& description) {
  return {*app_->add_subcommand(name, description), *kept_, *chosen_};
}

void Command::require_command() {
  app_->require_subcommand(1);
}

template <typename Value>
Parameter Command::add(const std::string& names, Value& value, const std::string& description) {
  if constexpr (std::is_same_v<Value, bool>) {
    return Parameter(*app_->add_flag(names, value, description));
  } else {
    return Parameter(*app_->add_option(names, value, description));
  }
}

template Parameter Command::add(const std::string&, bool&, const std::string&);
template Parameter Command::add(const std::string&, int&, const std::string&);
template Parameter Command::add(const std::string&, int64_t&, const std::string&);
template Parameter Command::add(const std::string&, uint64_t&, const std::string&);
template Parameter Command::add(const std::string&, double&, const std::string&);
template Parameter Command::add(const std::string&, std::string&, const std::string&);
template Parameter Command::add(const std::string&, std::optional<int64_t>&, const std::string&);
template Parameter Command::add(const std::string&, std::vector<std::string>&, const std::string&);

Parameter Command::add_words(const std::string& names, const std::vector<std::string>& words,
                             std::function<void(size_t)> choose, const std::string& description) {
  auto choose_word = [words, choose = std::move(choose)](const std::string& word) {
    choose(static_cast<size_t>(std::find(words.begin(), words.end(), word) - words.begin()));
  };
  Parameter parameter(*app_->add_option_function<std::string>(names, choose_word, description));
  return parameter.one_of(words);
}

void Command::runs(Action action) {
  app_->callback([app = app_, chosen = chosen_, action = std::move(action)] {
    if (app->get_subcommands().empty()) *chosen = action;
  });
}

CommandLine::CommandLine(const std::string& name, const std::string& version, const std::string& description)
    : app_(std::make_unique<CLI::App>(description, name)) {
  app_->require_subcommand(1);
  app_->fallthrough();
  app_->set_version_flag("--version", fmt::format("{} {}", name, version));
}

CommandLine::~CommandLine() = default;

Command CommandLine::program() {
  return {*app_, kept_, chosen_};
}

std::optional<ExitCode> CommandLine::read(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    name_unknown_command(*app_);
    app_->exit(error);
    return ExitCode::kUsage;
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? ExitCode::kDone : ExitCode::kUsage;
  }
  return std::nullopt;
}

}  // namespace starlift
