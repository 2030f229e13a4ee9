#include "report/report_questions.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/text.h"
#include "report/answer_table.h"

namespace starlift {

namespace {

using Question = WarehouseReport::Question;

/// The script draws into the figure the columns whose places its data attributes name.
void write_chart(const Question& question, MarkupWriter& out) {
  const auto& chart = *question.chart;
  auto place_of = [&](const std::string& name) { return find_column(question.answer.columns, name).value(); };
  std::vector<size_t> y;
  std::transform(chart.y.begin(), chart.y.end(), std::back_inserter(y), place_of);
  out.open("figure", {{"class", "chart"},
                      {"data-kind", to_string(chart.kind)},
                      {"data-x", place_of(chart.x)},
                      {"data-y", fmt::format("{}", fmt::join(y, " "))},
                      {"data-title", question.title}});
  out.element("p", {{"class", "soft"}}, "The chart appears with JavaScript; its data is below.").close();
}

bool has_chart(const Question& question) {
  return question.chart && !question.answer.rows.empty();
}

void write_answer(const Question& question, MarkupWriter& out) {
  if (question.answer.rows.empty()) {
    out.element("p", {{"class", "soft"}}, "The answer has no rows.");
    return;
  }
  if (has_chart(question)) write_chart(question, out);
  if (!question.no_chart.empty()) out.element("p", {{"class", "soft note"}}, question.no_chart);
  out.raw(has_chart(question) ? "<details class=\"data\">" : "<details class=\"data\" open>");
  out.element("summary", fmt::format("Data: {}{}", question.answer.has_more_rows ? "the first " : "",
                                     format_counted(question.answer.rows.size(), "row")));
  write_answer_table(question.answer, question.title, out);
  out.raw("</details>\n");
}

void write_question(const Question& question, MarkupWriter& out) {
  out.open("article", {{"class", has_chart(question) ? "card question" : "card question wide"},
                       {"id", "question-" + question.name}});
  out.element("h3", question.title.empty() ? question.name : question.title);
  if (!question.question.empty()) out.element("p", {{"class", "asked"}}, question.question);
  if (question.error.empty()) {
    write_answer(question, out);
  } else {
    out.open("div", {{"class", "failure"}, {"role", "note"}}).element("strong", "This query failed.");
    out.element("pre", question.error).close();
  }
  if (!question.description.empty()) out.element("p", {{"class", "soft note"}}, question.description);
  out.open("details").element("summary",
                              fmt::format("SQL, answered in {}", format_duration(question.elapsed_s)));
  out.open("pre").element("code", question.sql).close().close().close();
}

void write_check(const CheckResult& check, MarkupWriter& out) {
  out.open("li").open("span", {{"class", check.passed() ? "badge good" : "badge bad"}});
  out.text(check.passed() ? "holds" : "fails").close().open("div");
  out.element("span", check.says).text(" ").element("code", {{"class", "soft"}}, check.name);
  if (!check.error.empty()) out.element("pre", check.error);
  if (!check.broken.rows.empty()) write_answer_table(check.broken, "Rows that break " + check.name, out);
  out.close().close();
}

}  // namespace

void write_questions(const WarehouseReport& report, MarkupWriter& out) {
  if (report.questions.empty()) return;
  out.element("h2", {{"id", "questions"}}, "Questions").open("div", {{"class", "questions"}});
  for (bool with_chart : {true, false}) {
    for (const auto& question : report.questions) {
      if (has_chart(question) == with_chart) write_question(question, out);
    }
  }
  out.close();
}

void write_checks(const WarehouseReport& report, MarkupWriter& out) {
  if (report.checks.empty()) return;
  auto failed = std::count_if(report.checks.begin(), report.checks.end(),
                              [](const CheckResult& check) { return !check.passed(); });
  out.element("h2", {{"id", "checks"}}, "Checks").open("div", {{"class", "card"}});
  out.element("p", {{"class", failed ? "failed" : "held"}},
              failed ? fmt::format("{} of {} failed.", failed, format_counted(report.checks.size(), "check"))
                     : fmt::format("All {} hold.", format_counted(report.checks.size(), "check")));
  for (bool shows_passed : {false, true}) {
    if (shows_passed ? failed == std::ssize(report.checks) : failed == 0) continue;
    if (shows_passed) out.open("details").element("summary", "What holds");
    out.open("ul", {{"class", "checks"}});
    for (const auto& check : report.checks) {
      if (check.passed() == shows_passed) write_check(check, out);
    }
    out.close();
    if (shows_passed) out.close();
  }
  out.close();
}

}  // namespace starlift
