#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/secret.h"
#include "project/config.h"

namespace starlift {

/// Where a new cluster's master password comes from when dwh.cfg and the environment hold none.
struct PasswordChoice {
  bool is_managed = false;    ///< Redshift makes it and keeps it in Secrets Manager
  bool is_in_config = false;  ///< made here, written into dwh.cfg
  std::string file;           ///< made here, written into this file; one that it holds already is taken
};

/// Returns what a password breaks of Redshift's rules (API reference, CreateCluster, MasterUserPassword);
/// nothing when it is fine.
std::optional<std::string> broken_password_rule(std::string_view password);

/// Returns a random password that keeps the rules: 32 letters and digits, some 190 bits.
Secret make_password();

/// Returns the password to make a cluster with, and keeps it first where it is to be found afterwards; empty
/// when Redshift makes it. Throws Error{kUsage} when nothing says where it is to go, or it is said twice,
/// Error{kConfiguration} when a given one breaks a rule, it cannot be kept, or others could read it there.
Secret prepare_password(const Config& config, const PasswordChoice& choice);

}  // namespace starlift
