#include "cluster/master_password.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "project/ini_edit.h"

namespace starlift {

namespace {

constexpr size_t kMinLength = 8;
constexpr size_t kMaxLength = 64;
constexpr size_t kMadeLength = 32;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool has_any(std::string_view text, char first, char last) {
  return std::any_of(text.begin(), text.end(), [&](char c) { return c >= first && c <= last; });
}

/// Only the owner may read it. Another process that makes it at the same time is not overwritten.
void write_new_file(const std::string& path, const std::string& text) {
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool is_written = file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                    fsync(file) == 0;
  int reason = errno;
  if (file >= 0) close(file);
  if (!is_written) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("cannot write the password to {}: {}", path, std::strerror(reason)));
  }
}

Secret checked(const std::string& password, const std::string& place) {
  if (auto broken = broken_password_rule(password)) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{}: Redshift would refuse this master password: {}", place, *broken));
  }
  return Secret(password);
}

/// As libpq and ssh do with what they read secrets from.
void check_is_private(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) == 0 && (found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(
        ErrorKind::kConfiguration,
        fmt::format("{} can be read by others than you, and is to hold the master password; chmod 600 it",
                    path));
  }
}

Secret keep_in_file(const std::string& path) {
  check_is_private(path);
  std::string held(trim(read_file(path)));
  if (!held.empty()) return checked(held, path);
  if (access(path.c_str(), F_OK) == 0) {
    throw Error(ErrorKind::kConfiguration,
                fmt::format("{} is there and holds no password; remove it, or name another file", path));
  }
  Secret made = make_password();
  write_new_file(path, made.reveal() + "\n");
  return made;
}

/// The one that is written down would not be the cluster's, and a load would log in with it.
Error two_passwords(const std::string& place, const char* flag) {
  return {
      ErrorKind::kUsage,
      fmt::format("{} holds a master password already, and {} asks for another; leave the flag out, or empty "
                  "DB_PASSWORD",
                  place, flag)};
}

/// One that the file holds already is taken, so that a run that was cut off can be run again.
Secret keep_in_config(const Config& config) {
  const auto& path = config.file();
  check_is_private(path);
  std::string text = read_file(path);
  auto given = config.get("CLUSTER", "DB_PASSWORD");
  std::string place = config.place("CLUSTER", "DB_PASSWORD");
  if (given && given != Config::parse(text, path, {}).get("CLUSTER", "DB_PASSWORD"))
    throw two_passwords(place, "--password-in-config");
  if (given) return checked(*given, place);
  Secret made = make_password();
  replace_file(path, set_ini_values(text, {{"CLUSTER", "DB_PASSWORD", made.reveal()}}, path));
  return made;
}

}  // namespace

std::optional<std::string> broken_password_rule(std::string_view password) {
  if (password.size() < kMinLength || password.size() > kMaxLength)
    return fmt::format("it takes {} to {} characters", kMinLength, kMaxLength);
  if (!has_any(password, 'A', 'Z') || !has_any(password, 'a', 'z') || !has_any(password, '0', '9'))
    return "it takes an upper-case letter, a lower-case letter and a digit";
  constexpr std::string_view kForbidden = "'\"\\/@";
  bool is_allowed = std::all_of(password.begin(), password.end(), [&](char c) {
    return c > ' ' && c <= '~' && kForbidden.find(c) == kForbidden.npos;
  });
  if (!is_allowed) return "it takes printable ASCII without blanks, ' \" \\ / and @";
  return std::nullopt;
}

Secret make_password() {
  // Bytes past the last whole alphabet are left out, or the first letters would come more often.
  constexpr unsigned kUsable = 256 / kAlphabet.size() * kAlphabet.size();
  for (;;) {
    std::string password;
    while (password.size() < kMadeLength) {
      unsigned char byte = 0;
      if (getrandom(&byte, 1, 0) == 1 && byte < kUsable) password += kAlphabet[byte % kAlphabet.size()];
    }
    if (!broken_password_rule(password)) return Secret(password);
  }
}

Secret prepare_password(const Config& config, const PasswordChoice& choice) {
  auto given = config.get("CLUSTER", "DB_PASSWORD");
  std::string place = config.place("CLUSTER", "DB_PASSWORD");
  if (choice.is_managed && given) throw two_passwords(place, "--managed-password");
  if (choice.is_managed) return {};
  if (!choice.file.empty()) {
    bool is_same = given && *given == trim(read_file(choice.file));
    if (given && !is_same) throw two_passwords(place, "--password-file");
    return keep_in_file(choice.file);
  }
  if (choice.is_in_config) return keep_in_config(config);
  if (given) return checked(*given, place);
  throw Error(
      ErrorKind::kUsage,
      "the new cluster needs a master password: set [CLUSTER] DB_PASSWORD, or say where a new one is to "
      "go: --password-file FILE, --password-in-config, or --managed-password for AWS Secrets Manager");
}

}  // namespace starlift
