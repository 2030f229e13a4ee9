#pragma once

#include <cstdint>
#include <string>

namespace starlift {

struct CheckResult;

/// How far a step has come. A total of 0 is not known.
struct Progress {
  uint64_t objects = 0;
  uint64_t objects_total = 0;
  uint64_t bytes = 0;  ///< as stored, before decompression
  uint64_t bytes_total = 0;
  uint64_t records = 0;
  uint64_t rejects = 0;
  uint64_t rows = 0;  ///< written to a table
};

/// What a run tells while it works. Steps follow one another and do not nest.
struct Event {
  enum class Kind {
    kStepStarted,
    kStepAdvanced,  ///< several times a second while a step works
    kStepFinished,
    kWarning,      ///< something to look at; nothing was lost
    kCheckFailed,  ///< a warning, of a check
    kRunBegun,     ///< what comes from now on is told of the run `run_id`
  };
  Kind kind = Kind::kStepStarted;
  std::string text;  ///< the step ("stage events"), or the message
  Progress progress;
  double elapsed_s = 0;                ///< of the step
  double cpu_s = 0;                    ///< what the whole process used during the step
  const CheckResult* check = nullptr;  ///< of kCheckFailed; lives while it is told
  int64_t run_id = 0;                  ///< of kRunBegun
};

/// Hears the events of a run, one at a time, from any thread.
class EventListener {
 public:
  virtual ~EventListener() = default;
  virtual void on_event(const Event& event) = 0;
};

}  // namespace starlift
