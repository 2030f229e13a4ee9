#include "warehouse/libpq/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace starlift::libpq {

namespace {

/// What in libpq's message tells why a connection failed, and what to try then.
struct ConnectAdvice {
  std::string_view sign;
  ErrorKind kind;
  std::string_view text;
};

constexpr ErrorKind kSetting = ErrorKind::kConfiguration;
constexpr ErrorKind kServer = ErrorKind::kWarehouse;

constexpr ConnectAdvice kConnectAdvice[] = {
    {"password authentication failed", kSetting,
     "set DB_USER and DB_PASSWORD under [CLUSTER], or PGPASSWORD, or a line in ~/.pgpass"},
    {"no password supplied", kSetting,
     "set DB_PASSWORD under [CLUSTER], or PGPASSWORD, or a line in ~/.pgpass"},
    {"authentication method 13 not supported", kSetting,
     "libpq cannot log in by a password that Redshift keeps as SHA-256; give the user one that is kept as "
     "MD5 (alter user ... password 'md5...')"},
    {"pg_hba.conf", kSetting,
     "the server lets nobody in this way: see its pg_hba.conf, or try another SSLMODE"},
    {"role \"", kSetting, "set DB_USER under [CLUSTER] to a user that the server has"},
    {"database \"", kSetting,
     "set DB_NAME under [CLUSTER] to a database that the server has; createdb makes one"},
    {"definition of service", kSetting, "is PGSERVICE right, and the service file where libpq looks for it?"},
    {"invalid ", kSetting, "is the value under [CLUSTER], or in libpq's environment, right?"},
    {"could not translate host name", kSetting, "is HOST under [CLUSTER] right?"},
    {"does not match host name", kSetting, "is HOST under [CLUSTER] the name that the certificate is for?"},
    {"certificate", kSetting, "is SSLROOTCERT under [CLUSTER] the authority that signed the server's?"},
    {"SSL", kSetting, "the server and SSLMODE under [CLUSTER] do not agree on TLS"},
    {"timeout expired", kServer,
     "is the server up, and does its firewall let this machine in? PGCONNECT_TIMEOUT gives it more seconds"},
    {"starting up", kServer, "try again in a moment"},
    {"too many", kServer, "try again when others have left"},
};

std::string joined_lines(std::string_view message) {
  std::string text;
  for (auto line : split(message, '\n')) {
    if (!trim(line).empty()) text += (text.empty() ? "" : "; ") + std::string(trim(line));
  }
  return text;
}

/// "password authentication failed for user "IAM:ann"", "user "IAM:ann" does not exist".
bool is_about_login(std::string_view message) {
  constexpr auto kNone = std::string_view::npos;
  return message.find("authentication failed") != kNone ||
         (message.find("user \"") != kNone && message.find("does not exist") != kNone);
}

std::string without_full_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

Error statement_failure(const ServerKind& kind, const ServerMessage& message, const std::string& sql) {
  std::string text = message.text.empty() ? fmt::format("{} gave no reason", kind.name) : message.text;
  if (!message.detail.empty()) text += ": " + without_full_stop(message.detail);
  if (!message.hint.empty()) text += fmt::format(" ({})", without_full_stop(message.hint));
  std::string sqlstate = message.sqlstate;
  auto advice = std::find_if(kind.advice.begin(), kind.advice.end(), [&](const StatementAdvice& candidate) {
    return candidate.sign.empty() ? message.sqlstate == candidate.sqlstate
                                  : text.find(candidate.sign) != text.npos;
  });
  if (advice != kind.advice.end()) {
    if (!advice->text.empty()) text += fmt::format("; {}", advice->text);
    if (!advice->standard_sqlstate.empty()) sqlstate = advice->standard_sqlstate;
  }
  return Error(ErrorKind::kWarehouse, text).in_statement(sql, sqlstate);
}

Error lost_connection(const ServerKind& kind, const std::string& server, const std::string& message,
                      const std::string& sql) {
  return Error(ErrorKind::kWarehouse,
               fmt::format("the connection to {} was lost: {}; what was under way there is rolled back",
                           server, joined_lines(message)))
      .in_statement(sql, std::string(kind.lost_sqlstate));
}

Error connect_failure(const std::string& server, const std::string& message,
                      const std::string& login_advice) {
  std::string text = fmt::format("cannot connect to {}: {}", server, joined_lines(message));
  if (!login_advice.empty() && is_about_login(message))
    return {kSetting, fmt::format("{}; {}", text, login_advice)};
  for (const auto& advice : kConnectAdvice) {
    if (message.find(advice.sign) != message.npos)
      return {advice.kind, fmt::format("{}; {}", text, advice.text)};
  }
  return {kServer, text + "; is it up, and are HOST and DB_PORT under [CLUSTER] right?"};
}

}  // namespace starlift::libpq
