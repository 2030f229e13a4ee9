#include "warehouse/libpq/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "warehouse/libpq/effective_address.h"

namespace starlift::libpq {

namespace {

constexpr auto kCancelInterval = std::chrono::seconds(1);

/// Whether the server may mean that it stopped a statement because it was asked to: Redshift has one SQLSTATE
/// for nearly everything.
bool may_be_cancelled(const std::string& sqlstate) {
  constexpr const char* kQueryCanceled = "57014";
  constexpr const char* kInternalError = "XX000";
  return sqlstate == kQueryCanceled || sqlstate == kInternalError;
}

std::string program_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("starlift (process {} on {})", getpid(), host.data());
}

/// What libpq connects with unless it is told otherwise, by name: from its environment and service file.
std::map<std::string, std::string> libpq_defaults() {
  std::map<std::string, std::string> values;
  Options options(PQconndefaults());
  for (const auto* option = options.get(); option && option->keyword; ++option) {
    if (option->val && *option->val) values[option->keyword] = option->val;
  }
  return values;
}

ConnectionHandle connect(const std::map<std::string, std::string>& values) {
  std::vector<const char*> names, texts;
  for (const auto& [name, value] : values) {
    names.push_back(name.c_str());
    texts.push_back(value.c_str());
  }
  names.push_back(nullptr);
  texts.push_back(nullptr);
  constexpr int kNamesADatabase = 0;  // and is no connection string
  return ConnectionHandle(PQconnectdbParams(names.data(), texts.data(), kNamesADatabase));
}

std::string text_of(const char* text) {
  return text ? text : "";
}

std::string describe(const ServerKind& kind, PGconn* connection) {
  std::string host = text_of(PQhost(connection)), port = text_of(PQport(connection));
  std::string place = host.starts_with('/') ? host : fmt::format("{}:{}", host, port);
  return fmt::format("{} database {} at {}", kind.name, text_of(PQdb(connection)), place);
}

}  // namespace

std::map<std::string, std::string> connection_parameters(const ServerKind& kind,
                                                         const ServerAddress& address) {
  // A connection that goes silent, or that a firewall forgot, is noticed within two minutes.
  std::map<std::string, std::string> values = {
      {"connect_timeout", "10"},           {"client_encoding", "UTF8"}, {"keepalives_idle", "60"},
      {"keepalives_interval", "10"},       {"keepalives_count", "6"},   {"tcp_user_timeout", "120000"},
      {"application_name", program_name()}};
  if (auto defaults = libpq_defaults(); defaults.contains("connect_timeout")) values.erase("connect_timeout");
  if (!kind.default_port.empty()) values["port"] = kind.default_port;
  auto ssl_mode = address.ssl_root_certificate.empty() ? kind.default_ssl_mode : kind.verifying_ssl_mode;
  if (!ssl_mode.empty()) values["sslmode"] = ssl_mode;
  const std::pair<const char*, const std::string&> given[] = {{"host", address.host},
                                                              {"port", address.port},
                                                              {"dbname", address.database},
                                                              {"user", address.user},
                                                              {"password", address.password},
                                                              {"sslmode", address.ssl_mode},
                                                              {"sslrootcert", address.ssl_root_certificate}};
  for (const auto& [name, value] : given) {
    if (!value.empty()) values[name] = value;
  }
  return values;
}

ServerAddress effective_address(const ServerKind& kind, const ServerAddress& address) {
  auto values = libpq_defaults();
  for (const auto& [name, value] : connection_parameters(kind, address))
    values[name] = value;
  ServerAddress effective = address;
  effective.host = values["host"];
  effective.port = values["port"];
  effective.ssl_mode = values["sslmode"];
  return effective;
}

Connection::Connection(const ServerKind& kind, const ServerAddress& address)
    : kind_(kind), handle_(connect(connection_parameters(kind, address))) {
  description_ = describe(kind, get());
  if (PQstatus(get()) != CONNECTION_OK)
    throw connect_failure(description_, PQerrorMessage(get()), address.login_advice);
  PQsetNoticeProcessor(get(), keep_notice, this);
  cancel_.reset(PQgetCancel(get()));
  for (const char* setting : kind.session_settings)
    execute(setting);
}

void Connection::keep_notice(void* self, const char* text) noexcept {
  constexpr size_t kKept = 16;
  auto& notices = static_cast<Connection*>(self)->notices_;
  if (notices.size() == kKept) return;
  try {
    notices.emplace_back(text);
  } catch (const std::exception&) {
    // It is no part of the answer.
  }
}

std::string Connection::execute(std::string_view sql) {
  notices_.clear();
  std::string statement(sql);
  Result result(PQexec(get(), statement.c_str()));
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      return PQcmdStatus(result.get());
    default:
      throw failure(result.get(), statement);
  }
}

void Connection::try_to_execute(std::string_view sql) noexcept {
  try {
    execute(sql);
  } catch (const std::exception&) {
    // As promised.
  }
}

bool Connection::execute_within(std::string_view sql, std::chrono::milliseconds patience) {
  std::string statement(sql);
  if (!PQsendQuery(get(), statement.c_str())) throw failure(nullptr, statement);
  bool is_in_time = wait_for_answer(std::chrono::steady_clock::now() + patience);
  // A request to cancel may get lost, or come when the server does not look for one.
  for (bool is_answered = is_in_time; !is_answered;) {
    cancel();
    is_answered = wait_for_answer(std::chrono::steady_clock::now() + kCancelInterval);
  }
  Result result(PQgetResult(get()));
  bool is_done = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
  auto error = is_done ? std::nullopt : std::optional(failure(result.get(), statement));
  drain();
  if (is_done || !error) return true;
  if (is_in_time || is_interrupted_ || PQstatus(get()) != CONNECTION_OK) throw *error;
  return false;
}

/// Returns false when there is none in time.
bool Connection::wait_for_answer(std::chrono::steady_clock::time_point give_up_at) {
  while (PQisBusy(get())) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up_at - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd socket{.fd = PQsocket(get()), .events = POLLIN, .revents = 0};
    poll(&socket, 1, static_cast<int>(left.count()));
    if (!PQconsumeInput(get())) return true;  // the answer is that the connection is lost
  }
  return true;
}

void Connection::cancel() noexcept {
  std::array<char, 256> ignored;
  if (cancel_) PQcancel(cancel_.get(), ignored.data(), ignored.size());
}

void Connection::interrupt() noexcept {
  is_interrupted_ = true;
  cancel();
}

void Connection::drain() noexcept {
  while (Result result{PQgetResult(get())}) {
    ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN && PQputCopyEnd(get(), "given up") < 0) return;
    char* row = nullptr;
    while (status == PGRES_COPY_OUT && PQgetCopyData(get(), &row, 0) > 0)
      PQfreemem(row);
    if (PQstatus(get()) == CONNECTION_BAD) return;
  }
}

Error Connection::failure(const PGresult* result, const std::string& sql) {
  auto field = [&](int code) { return text_of(result ? PQresultErrorField(result, code) : nullptr); };
  ServerMessage message{.sqlstate = field(PG_DIAG_SQLSTATE),
                        .text = field(PG_DIAG_MESSAGE_PRIMARY),
                        .detail = field(PG_DIAG_MESSAGE_DETAIL),
                        .hint = field(PG_DIAG_MESSAGE_HINT)};
  if (is_interrupted_ && may_be_cancelled(message.sqlstate))
    return Error(ErrorKind::kInterrupted, "interrupted");
  std::string own = message.text.empty() ? text_of(PQerrorMessage(get())) : message.text;
  if (PQstatus(get()) == CONNECTION_BAD) return lost_connection(kind_, description_, own, sql);
  message.text = own;
  return statement_failure(kind_, message, sql);
}

}  // namespace starlift::libpq
