#include "report/console_progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "report/text_width.h"

namespace starlift {

namespace {

/// Between two lines about the same step, where lines cannot be rewritten.
constexpr double kPlainIntervalS = 10;
constexpr const char* kEraseLine = "\r\033[K";
constexpr const char* kDim = "\033[2m";
constexpr const char* kYellow = "\033[33m";
constexpr const char* kPlain = "\033[0m";

std::string count(uint64_t value) {
  return format_count(static_cast<int64_t>(value));
}

/// The time left by the bytes that are left, or nothing when it cannot be told yet.
std::string time_left(const Event& event) {
  const auto& progress = event.progress;
  if (event.kind != Event::Kind::kStepAdvanced || progress.bytes == 0 ||
      progress.bytes >= progress.bytes_total) {
    return {};
  }
  double left =
      static_cast<double>(progress.bytes_total - progress.bytes) / static_cast<double>(progress.bytes);
  return format_duration(event.elapsed_s * left) + " left";
}

}  // namespace

ConsoleStyle ConsoleStyle::of(std::FILE* stream, bool is_quiet) {
  const char* term = std::getenv("TERM");
  const char* no_color = std::getenv("NO_COLOR");
  bool is_terminal = isatty(fileno(stream)) && term && std::string_view(term) != "dumb";
  return {
      .is_terminal = is_terminal, .has_color = is_terminal && !(no_color && *no_color), .is_quiet = is_quiet};
}

std::string describe_step(const Event& event) {
  const auto& progress = event.progress;
  std::string line = fmt::format("{:<22}", event.text);
  auto add = [&](const std::string& part) {
    if (!part.empty()) line += "  " + part;
  };
  if (progress.objects > 0 || progress.objects_total > 0) {
    bool is_part = progress.objects < progress.objects_total;
    add((is_part ? count(progress.objects) + " of " : "") +
        format_counted(std::max(progress.objects, progress.objects_total), "object"));
  }
  if (progress.bytes_total > 0) {
    std::string done = format_bytes(progress.bytes), total = format_bytes(progress.bytes_total);
    add(done == total ? done : fmt::format("{} of {}", done, total));
  }
  if (progress.records > 0) {
    add(format_counted(progress.records, "record"));
    if (event.elapsed_s > 0) {
      add(count(static_cast<uint64_t>(static_cast<double>(progress.records) / event.elapsed_s)) + "/s");
    }
  } else if (progress.rows > 0) {
    add(format_counted(progress.rows, "row"));
  }
  if (progress.rejects > 0) add(count(progress.rejects) + " rejected");
  add(format_duration(event.elapsed_s));
  add(time_left(event));
  return line;
}

void ConsoleProgress::on_event(const Event& event) {
  std::lock_guard lock(mutex_);
  switch (event.kind) {
    case Event::Kind::kStepStarted:
      last_shown_s_ = 0;
      if (style_.is_terminal) show_line(event.text);
      break;
    case Event::Kind::kStepAdvanced:
      if (style_.is_terminal) {
        show_line(describe_step(event));
      } else if (event.elapsed_s - last_shown_s_ >= kPlainIntervalS) {
        last_shown_s_ = event.elapsed_s;
        keep_line(describe_step(event));
      }
      break;
    case Event::Kind::kStepFinished:
      keep_line(describe_step(event));
      break;
    case Event::Kind::kRunBegun:
      break;
    case Event::Kind::kWarning:
    case Event::Kind::kCheckFailed:
      fmt::print(out_, "{}{}warning:{} {}\n", style_.is_terminal ? kEraseLine : "",
                 style_.has_color ? kYellow : "", style_.has_color ? kPlain : "", printable(event.text));
      break;
  }
  std::fflush(out_);
}

void ConsoleProgress::show_line(const std::string& text) {
  if (style_.is_quiet) return;
  fmt::print(out_, "{}{}{}{}", kEraseLine, style_.has_color ? kDim : "", text,
             style_.has_color ? kPlain : "");
}

void ConsoleProgress::keep_line(const std::string& text) {
  if (style_.is_quiet) return;
  fmt::print(out_, "{}{}\n", style_.is_terminal ? kEraseLine : "", text);
}

}  // namespace starlift
