#include "report/report_page.h"

#include <algorithm>

#include "base/text.h"
#include "report/html_page.h"
#include "report/markup_writer.h"
#include "report/page_files.h"
#include "report/report_questions.h"
#include "report/schema_picture.h"

namespace starlift {

namespace {

using Report = WarehouseReport;

void write_tile(const std::string& label, const std::string& value, const char* tone, MarkupWriter& out) {
  out.open("div", {{"class", fmt::format("tile {}", tone)}})
      .element("dt", label)
      .element("dd", value)
      .close();
}

std::string minute_of(const std::string& timestamp) {
  return timestamp.substr(0, 16);
}

void write_top(const Report& report, MarkupWriter& out) {
  out.open("header", {{"class", "top"}}).element("h1", report.schema.name);
  out.element("p", {{"class", "lead"}}, report.schema.description);
  out.element("p", {{"class", "soft"}}, fmt::format("{}, as of {}", report.warehouse, report.made_at))
      .close();
  out.open("nav", {{"class", "parts"}, {"aria-label", "Parts of the report"}});
  for (const char* part : {"run", "questions", "checks", "tables", "schema"}) {
    bool is_missing = (part == std::string_view("questions") && report.questions.empty()) ||
                      (part == std::string_view("checks") && report.checks.empty());
    if (!is_missing) out.element("a", {{"href", fmt::format("#{}", part)}}, part);
  }
  out.close();
}

/// The steps of a run as bars, the longest across the whole width.
void write_steps(const std::vector<Report::Step>& steps, MarkupWriter& out) {
  double longest = 0;
  for (const auto& step : steps)
    longest = std::max(longest, step.elapsed_s);
  out.open("table", {{"class", "steps"}}).element("caption", {{"class", "unseen"}}, "Time per step");
  out.open("thead", {{"class", "unseen"}}).open("tr");
  for (const char* head : {"step", "share", "time", "what it did"})
    out.element("th", {{"scope", "col"}}, head);
  out.close().close().open("tbody");
  for (const auto& step : steps) {
    out.open("tr").element("th", {{"scope", "row"}}, step.name).open("td", {{"class", "bar"}});
    double share = longest > 0 ? step.elapsed_s / longest * 100 : 0;
    out.element("span", {{"style", fmt::format("width:{:.1f}%", share)}}, "").close();
    out.element("td", {{"class", "number"}}, format_duration(step.elapsed_s));
    std::string did = step.records > 0   ? format_counted(step.records, "record")
                      : step.rows > 0    ? format_counted(step.rows, "row")
                      : step.objects > 0 ? format_counted(step.objects, "object")
                                         : "";
    out.element("td", {{"class", "soft"}}, did).close();
  }
  out.close().close();
}

/// What the word for a run's state means, where it is not plain; nothing of it is good or bad.
std::string meaning_of(const std::string& state) {
  if (state == "running") return "it is under way, or was cut off; nothing of it is committed";
  if (state == "committed") return "its rows are there, and that it ended well is not noted yet";
  return "";
}

const char* tone_of(const std::string& state) {
  if (state == "done") return "held";
  return state == "failed" ? "failed" : "unsettled";
}

std::string state_of(const WarehouseStatus::Run& run, const std::string& definition) {
  std::string text = run.state;
  if (!run.error.empty()) text += ": " + run.error;
  if (run.definition != definition) text += " (of another definition)";
  return text;
}

void write_runs(const Report& report, MarkupWriter& out) {
  out.open("details").element("summary", "The newest runs");
  out.open("div", {{"class", "scroll"}, {"tabindex", 0}, {"role", "region"}, {"aria-label", "Runs"}});
  out.open("table").open("thead").open("tr");
  for (const char* head : {"run", "started (UTC)", "state"})
    out.element("th", {{"scope", "col"}}, head);
  for (const char* head : {"objects", "staged", "rejected", "time"})
    out.element("th", {{"scope", "col"}, {"class", "number"}}, head);
  out.close().close().open("tbody");
  for (const auto& run : report.runs) {
    out.open("tr").element("td", std::to_string(run.run_id)).element("td", minute_of(run.started_at));
    out.element("td", {{"class", tone_of(run.state)}}, state_of(run, report.definition));
    for (int64_t number : {run.objects, run.staged, run.rejected})
      out.element("td", {{"class", "number"}}, format_count(number));
    out.element("td", {{"class", "number"}}, format_duration(run.elapsed_s)).close();
  }
  out.close().close().close().close();
}

void write_run(const Report& report, MarkupWriter& out) {
  out.element("h2", {{"id", "run"}}, "The last run");
  if (!report.last_run) {
    out.element("p", {{"class", "card"}}, "Nothing was loaded yet.");
    return;
  }
  const auto& more = *report.last_run;
  const auto& run = more.run;
  out.open("p").text(fmt::format("Run {} began at {} UTC and is ", run.run_id, minute_of(run.started_at)));
  out.element("strong", {{"class", tone_of(run.state)}}, run.state);
  std::string meaning = meaning_of(run.state);
  out.text(meaning.empty() ? "." : fmt::format(": {}.", meaning));
  if (run.definition != report.definition)
    out.text(" It ran another definition than this one, or an earlier form of it.");
  out.close();
  out.open("dl", {{"class", "tiles"}});
  write_tile("objects", format_count(run.objects), "", out);
  write_tile("read", format_bytes(static_cast<uint64_t>(more.bytes)), "", out);
  write_tile("records", format_count(more.records), "", out);
  write_tile("rejects", format_count(run.rejected), run.rejected > 0 ? "bad" : "", out);
  write_tile("time", format_duration(run.elapsed_s), "", out);
  write_tile("peak memory", format_bytes(static_cast<uint64_t>(more.peak_memory_bytes)), "", out);
  out.close().open("div", {{"class", "card"}});
  if (!run.error.empty()) out.element("pre", {{"class", "failure"}}, run.error);
  if (!more.steps.empty()) write_steps(more.steps, out);
  if (report.runs.size() > 1) write_runs(report, out);
  out.close();
}

void write_tables(const Report& report, MarkupWriter& out) {
  out.element("h2", {{"id", "tables"}}, "Tables");
  out.open("div", {{"class", "card scroll"}, {"tabindex", 0}, {"role", "region"}, {"aria-label", "Tables"}});
  out.open("table").open("thead").open("tr");
  for (const char* head : {"table", "kind"})
    out.element("th", {{"scope", "col"}}, head);
  out.element("th", {{"scope", "col"}, {"class", "number"}}, "rows");
  for (const char* head : {"newest load (UTC)", "a row is"})
    out.element("th", {{"scope", "col"}}, head);
  out.close().close().open("tbody");
  for (const auto& table : report.schema.tables) {
    auto kind = to_string(table.kind);
    const auto& [rows, fresh_at] = report.tables.at(table.name);
    out.open("tr").element("th", {{"scope", "row"}, {"class", "name"}}, table.name).open("td");
    out.element("span", {{"class", fmt::format("badge {}", kind)}}, kind).close();
    out.element("td", {{"class", "number"}}, rows ? format_count(*rows) : "not there yet");
    out.element("td", {{"class", "when"}}, fresh_at).element("td", grain_of(table)).close();
  }
  out.close().close().close();
}

void write_schema(const Report& report, MarkupWriter& out) {
  out.element("h2", {{"id", "schema"}}, "Schema");
  out.open("div", {{"class", "card scroll"}, {"tabindex", 0}, {"role", "region"}, {"aria-label", "Schema"}});
  out.raw(schema_svg(report.schema)).close();
}

/// The licences of the libraries in the page ask to go with every copy.
void write_licences(MarkupWriter& out) {
  out.open("footer").element("p", made_by());
  out.open("details").element("summary", "Licences of D3 and Observable Plot, which draw the charts");
  for (const char* name : {"d3.LICENSE", "plot.LICENSE"})
    out.element("pre", page_file(name));
  out.close().close();
}

}  // namespace

std::string report_page(const WarehouseReport& report) {
  MarkupWriter out;
  write_top(report, out);
  out.open("main");
  write_run(report, out);
  write_questions(report, out);
  write_checks(report, out);
  write_tables(report, out);
  write_schema(report, out);
  out.close();
  write_licences(out);
  return render_page({fmt::format("{} - report", report.schema.name),
                      out.markup(),
                      {"report.css"},
                      {"d3.min.js", "plot.umd.min.js", "tables.js", "charts.js"}});
}

}  // namespace starlift
