#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pipeline/checks.h"
#include "pipeline/events.h"
#include "pipeline/statement_recorder.h"
#include "pipeline/summary.h"
#include "pipeline/transform.h"

namespace starlift {

/// What a run does about checks.
enum class CheckMode {
  kAuto,     ///< as kWarn, but leaves out those that would look through a large table
  kEnforce,  ///< rolls back when one fails
  kWarn,     ///< warns when one fails
  kOff,
};

/// With kAuto, a check that has to look through more rows is left out.
inline constexpr uint64_t kMaxRowsUnasked = 100'000;

/// Thrown when a run may not be committed for its checks.
class ChecksFailed : public Error {
 public:
  ChecksFailed(std::vector<CheckResult> all_results, std::string_view remedy);

  /// Of all checks that ran, the failed ones among them.
  const std::vector<CheckResult>& results() const { return results_; }

 private:
  std::vector<CheckResult> results_;
};

/// Thrown when the engine cannot answer a check of a run, whose transaction is lost by that.
class CheckUnanswered : public Error {
 public:
  CheckUnanswered(const Check& check, const Error& error);

  /// What the run that starts over says of the check, instead of asking again.
  const CheckResult& result() const { return result_; }

 private:
  CheckResult result_;
};

/// Runs the checks that what a run did to the star can have broken, in its transaction. Where a model was
/// remade for the keys that changes touch, its declared checks look at the rows of these keys alone, which
/// `plans` keeps; what the engine itself enforces is not asked again. Those of which `unanswered` tells are
/// not asked either. Keys and references that the engine does not keep but plans with are asked in every
/// mode, whatever the size. Throws ChecksFailed with kEnforce, and when one of those fails; CheckUnanswered
/// but with kEnforce.
ChecksSummary check_run(Transaction& transaction, const WarehouseDefinition& definition,
                        std::span<const ModelPlan> plans, std::span<const ModelSummary> models,
                        std::span<const CheckResult> unanswered, CheckMode mode, EventListener& listener);

/// Tells the recorder the checks that check_run would ask, and returns how many they are, all of them asked.
size_t rehearse_checks(StatementRecorder& recorder, const WarehouseDefinition& definition,
                       std::span<const ModelPlan> plans, CheckMode mode);

}  // namespace starlift
