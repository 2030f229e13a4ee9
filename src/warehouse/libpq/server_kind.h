#pragma once

#include <span>
#include <string_view>

namespace starlift::libpq {

/// What an error of a statement's means and what to try: for the errors whose SQLSTATE it is, or whose text
/// holds `sign`.
struct StatementAdvice {
  std::string_view sqlstate = {};
  std::string_view sign = {};
  std::string_view text = {};  ///< may be empty
  /// What the error should have had for its SQLSTATE; empty leaves it.
  std::string_view standard_sqlstate = {};
};

/// What servers that speak PostgreSQL's protocol differ in.
struct ServerKind {
  std::string_view name;  ///< for people
  /// What is taken where the settings say nothing; empty leaves it to libpq.
  std::string_view default_port = {};
  /// The same for TLS, without and with a certificate to verify the server by.
  std::string_view default_ssl_mode = {};
  std::string_view verifying_ssl_mode = {};
  /// Sent one by one when a session begins.
  std::span<const char* const> session_settings = {};
  std::span<const StatementAdvice> advice = {};
  /// The SQLSTATE of a connection that was lost under a statement; class 08 lets a run be tried again.
  std::string_view lost_sqlstate = {};
};

}  // namespace starlift::libpq
