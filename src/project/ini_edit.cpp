#include "project/ini_edit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/text.h"
#include "project/ini.h"

namespace starlift {

namespace {

/// The lines of a text, each with its line end, so that joining them gives the text again.
std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = text.find('\n');
    size_t size = end == text.npos ? text.size() : end + 1;
    lines.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

std::string_view line_end_of(std::string_view line) {
  if (line.ends_with("\r\n")) return "\r\n";
  return line.ends_with('\n') ? "\n" : "";
}

bool is_quote(char c) {
  return c == '\'' || c == '"';
}

/// How the value of a line is quoted: with ', with ", or not at all.
std::string quotes_of(std::string_view value) {
  value = trim(value);
  bool is_quoted = value.size() >= 2 && is_quote(value.front()) && value.front() == value.back();
  return is_quoted ? std::string(1, value.front()) : std::string();
}

/// Changes the values of one text, one after another.
class IniEditor {
 public:
  IniEditor(const std::string& text, const std::string& file) : lines_(split_lines(text)), file_(file) {}

  void set(const IniChange& change) {
    auto entries = parse_ini(text(), file_);
    const IniEntry* last_of_section = nullptr;
    for (const auto& entry : entries) {
      if (!is_same_name(entry.section, change.section)) continue;
      if (is_same_name(entry.key, change.key)) return replace(entry, change.value);
      last_of_section = &entry;
    }
    if (last_of_section) return add_below(*last_of_section, change);
    if (size_t header = find_header(entries, change.section)) {
      return insert(header, change.key + " = " + change.value);
    }
    if (!lines_.empty()) insert(lines_.size(), "");
    insert(lines_.size(), fmt::format("[{}]", change.section));
    insert(lines_.size(), change.key + " = " + change.value);
  }

  std::string text() const {
    std::string text;
    for (const auto& line : lines_)
      text += line;
    return text;
  }

 private:
  /// What stands before the value stays; so do the blanks and the line end behind it.
  void replace(const IniEntry& entry, const std::string& value) {
    auto first = static_cast<size_t>(entry.line) - 1, last = static_cast<size_t>(entry.last_line) - 1;
    std::string& line = lines_[first];
    std::string end(line_end_of(lines_[last]));
    std::string_view content = std::string_view(line).substr(0, line.size() - line_end_of(line).size());
    size_t separator = content.find_first_of("=:");
    std::string_view old_value = content.substr(separator + 1);
    std::string quotes = quotes_of(old_value);
    std::string before(content.substr(0, separator + 1));
    for (char c : old_value) {
      if (c != ' ' && c != '\t') break;
      before += c;
    }
    line = before + quotes + value + quotes + end;
    lines_.erase(lines_.begin() + static_cast<long>(first) + 1, lines_.begin() + static_cast<long>(last) + 1);
  }

  /// The new line looks like the one above it: indent, blanks around the sign, quotes.
  void add_below(const IniEntry& neighbour, const IniChange& change) {
    const std::string& line = lines_[static_cast<size_t>(neighbour.line) - 1];
    std::string indent = line.substr(0, line.find(neighbour.key));
    size_t after_key = indent.size() + neighbour.key.size();
    size_t value = line.find_first_not_of(" \t\r\n", line.find_first_of("=:") + 1);
    if (value == line.npos) value = line.find_first_of("=:") + 1;
    std::string quotes = quotes_of(std::string_view(line).substr(value));
    insert(static_cast<size_t>(neighbour.last_line),
           indent + change.key + line.substr(after_key, value - after_key) + quotes + change.value + quotes);
  }

  /// Returns the number of the line that begins a section which has no keys; 0 when there is none.
  size_t find_header(const std::vector<IniEntry>& entries, std::string_view section) const {
    for (size_t i = 0; i < lines_.size(); ++i) {
      std::string_view line = trim(lines_[i]);
      size_t close = line.find(']');
      if (!line.starts_with('[') || close == line.npos || is_in_value(entries, i + 1)) continue;
      if (is_same_name(trim(line.substr(1, close - 1)), section)) return i + 1;
    }
    return 0;
  }

  static bool is_in_value(const std::vector<IniEntry>& entries, size_t line) {
    for (const auto& entry : entries) {
      if (static_cast<size_t>(entry.line) < line && line <= static_cast<size_t>(entry.last_line)) return true;
    }
    return false;
  }

  /// Puts a line in front of the one at `index`, with the line end that the file uses.
  void insert(size_t index, const std::string& line) {
    std::string end(lines_.empty() ? "" : line_end_of(lines_.front()));
    if (end.empty()) end = "\n";
    if (index > 0 && line_end_of(lines_[index - 1]).empty()) lines_[index - 1] += end;
    lines_.insert(lines_.begin() + static_cast<long>(index), line + end);
  }

  std::vector<std::string> lines_;
  const std::string& file_;
};

[[noreturn]] void fail(const std::string& path) {
  throw Error(ErrorKind::kConfiguration, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

/// A file beside another that takes its place when it is whole, or vanishes.
class Replacement {
 public:
  explicit Replacement(const std::string& path) : path_(path), name_(path + ".XXXXXX") {
    file_ = mkostemp(name_.data(), O_CLOEXEC);
    if (file_ < 0) fail(path_);
  }
  ~Replacement() {
    if (file_ >= 0) close(file_);
    if (!name_.empty()) unlink(name_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      ssize_t count = ::write(file_, text.data(), text.size());
      if (count < 0) fail(path_);
      text.remove_prefix(static_cast<size_t>(count));
    }
  }

  /// A group or owner that this process may not give is left out, and with it the group's rights.
  void take_rights_of_original() const {
    struct stat original {};
    if (stat(path_.c_str(), &original) != 0) return;
    bool is_given = fchown(file_, original.st_uid, original.st_gid) == 0;
    mode_t mode = original.st_mode & (is_given ? 07777 : 0700);
    if (fchmod(file_, mode) != 0) fail(path_);
  }

  void finish() {
    if (fsync(file_) != 0 || rename(name_.c_str(), path_.c_str()) != 0) fail(path_);
    name_.clear();
  }

 private:
  const std::string path_;
  std::string name_;
  int file_ = -1;
};

}  // namespace

std::string set_ini_values(const std::string& text, const std::vector<IniChange>& changes,
                           const std::string& file) {
  IniEditor editor(text, file);
  for (const auto& change : changes)
    editor.set(change);
  return editor.text();
}

std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() && errno == ENOENT) return {};
  std::ostringstream text;
  text << file.rdbuf();
  bool is_broken = text.fail() && errno != 0;  // an empty file fails too, without a reason
  if (!file.is_open() || is_broken)
    throw Error(ErrorKind::kConfiguration, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return text.str();
}

void replace_file(const std::string& path, std::string_view text) {
  std::error_code error;
  auto real = std::filesystem::canonical(path, error);
  Replacement replacement(error ? path : real.string());
  replacement.write(text);
  replacement.take_rights_of_original();
  replacement.finish();
}

}  // namespace starlift
