#include "project/ini.h"

#include <fmt/format.h>

#include <algorithm>

#include <map>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace starlift {

namespace {

std::string unquote(std::string_view value) {
  bool is_quoted =
      value.size() >= 2 && value.front() == value.back() && (value[0] == '\'' || value[0] == '"');
  return std::string(is_quoted ? value.substr(1, value.size() - 2) : value);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

/// What stands before the sign is shown in warnings: a secret on a garbled line must not pass for a name.
bool is_name(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), is_name_character);
}

bool is_comment(std::string_view trimmed) {
  return trimmed[0] == '#' || trimmed[0] == ';';
}

/// Reads a file line by line, as Python's configparser does: a line that is indented deeper than the key
/// above it goes on with its value, whatever it looks like; blank lines and comments between them do not end
/// it.
class IniReader {
 public:
  explicit IniReader(const std::string& file) : file_(file) {}

  void read_line(std::string_view line) {
    ++line_;
    auto trimmed = trim(line);
    if (trimmed.empty()) {
      if (is_in_value_) entries_.back().value += '\n';
      return;
    }
    if (is_comment(trimmed)) return;
    auto indent = static_cast<size_t>(trimmed.data() - line.data());
    if (is_in_value_ && indent > indent_) {
      continue_value(trimmed);
      return;
    }
    indent_ = indent;
    is_in_value_ = trimmed[0] != '[';
    if (is_in_value_) {
      read_entry(trimmed);
    } else {
      read_section(trimmed);
    }
  }

  std::vector<IniEntry> take_entries() {
    for (auto& entry : entries_)
      entry.value = unquote(trim(entry.value));
    return std::move(entries_);
  }

 private:
  void read_section(std::string_view line) {
    size_t close = line.find(']');
    auto name = trim(line.substr(1, close == line.npos ? close : close - 1));
    auto rest = close == line.npos ? line : trim(line.substr(close + 1));
    bool is_alone = rest.empty() || is_comment(rest);
    if (name.empty() || !is_alone) throw error("a section is written [NAME], alone on its line");
    section_ = name;
  }

  void continue_value(std::string_view line) {
    auto& entry = entries_.back();
    entry.value += '\n';
    entry.value += line;
    entry.last_line = line_;
    size_t sign = line.find('=');
    if (sign != line.npos && is_name(trim(line.substr(0, sign)))) entry.doubtful_lines.push_back(line_);
  }

  void read_entry(std::string_view line) {
    size_t separator = line.find_first_of("=:");
    auto key = trim(line.substr(0, separator));
    if (separator == line.npos || !is_name(key)) {
      throw error("the line is neither [SECTION] nor KEY = value nor a comment that begins with #");
    }
    if (!section_) throw error(fmt::format("key {} stands before any [SECTION]", key));
    IniEntry entry{*section_, std::string(key), std::string(trim(line.substr(separator + 1))), line_, line_,
                   {}};
    auto [first, is_new] = lines_.emplace(std::pair(to_upper(entry.section), to_upper(entry.key)), line_);
    if (!is_new) {
      throw error(fmt::format("[{}] {} is set a second time, after line {}; remove one of them",
                              entry.section, entry.key, first->second));
    }
    entries_.push_back(std::move(entry));
  }

  Error error(const std::string& message) const {
    auto place = fmt::format("{}:{}", file_, line_);
    return Error(ErrorKind::kConfiguration, place + ": " + message).at(place);
  }

  std::string file_;
  int line_ = 0;
  size_t indent_ = 0;         ///< of the last section or key
  bool is_in_value_ = false;  ///< a deeper line goes on with the last entry's value
  std::optional<std::string> section_;
  std::vector<IniEntry> entries_;
  std::map<std::pair<std::string, std::string>, int> lines_;  ///< by upper-case section and key
};

}  // namespace

std::vector<IniEntry> parse_ini(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  IniReader reader(file);
  for (auto line : split(text, '\n'))
    reader.read_line(line);
  return reader.take_entries();
}

bool is_same_name(std::string_view a, std::string_view b) {
  return to_upper(a) == to_upper(b);
}

}  // namespace starlift
