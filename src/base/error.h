#pragma once

#include <stdexcept>
#include <string>

namespace starlift {

/// What kind of thing went wrong; decides the exit code and whether trying again can help.
enum class ErrorKind {
  kUsage,          ///< The command line asks for something that does not exist.
  kConfiguration,  ///< dwh.cfg or the environment holds a wrong or missing value.
  kDefinition,     ///< The warehouse definition is wrong; `place` is file:line.
  kSource,         ///< An object or folder cannot be listed or read.
  kWarehouse,      ///< The target refused a statement or cannot be reached.
  kBusy,           ///< Another process holds the target.
  kMismatch,       ///< A reconciliation did not add up; a fault of ours or of the disk.
  kInDoubt,        ///< The connection died during a commit: whether it was carried out is not known.
  kInterrupted,    ///< The user asked to stop.
};

/// Thrown when a step cannot go on. Caught per step in the pipeline and in `main`, nowhere else.
///
/// `what()` says what happened, to which thing and what to try, and never holds a secret.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const { return kind_; }

  /// Where it happened: "file:line", an object's key, a statement's name. May be empty.
  const std::string& place() const { return place_; }
  /// The statement the target refused. May be empty.
  const std::string& statement() const { return statement_; }
  /// The five characters of SQLSTATE where the engine gives them. May be empty.
  const std::string& sqlstate() const { return sqlstate_; }

  Error&& at(std::string place) && {
    place_ = std::move(place);
    return std::move(*this);
  }
  Error&& in_statement(std::string statement, std::string sqlstate = {}) && {
    statement_ = std::move(statement);
    sqlstate_ = std::move(sqlstate);
    return std::move(*this);
  }

 private:
  ErrorKind kind_;
  std::string place_;
  std::string statement_;
  std::string sqlstate_;
};

}  // namespace starlift
