#include "doctor/examination.h"

#include <algorithm>

#include "base/error.h"

namespace starlift {

bool Examination::check(const std::string& name, const std::function<std::string()>& look) {
  try {
    add({name, Finding::State::kFine, look()});
    return true;
  } catch (const Skipped& skipped) {
    skip(name, skipped.what());
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) throw;
    if (error.kind() == ErrorKind::kBusy) {
      skip(name, error.what());
      return false;
    }
    add({name, Finding::State::kFailed, error.what()});
  }
  return false;
}

void Examination::skip(const std::string& name, const std::string& reason) {
  add({name, Finding::State::kSkipped, reason});
}

bool Examination::is_healthy() const {
  return std::none_of(findings_.begin(), findings_.end(),
                      [](const Finding& finding) { return finding.state == Finding::State::kFailed; });
}

void Examination::add(Finding finding) {
  if (listener_) listener_(finding);
  findings_.push_back(std::move(finding));
}

}  // namespace starlift
