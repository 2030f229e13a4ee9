#include <algorithm>

#include "base/text.h"
#include "report/markup_writer.h"
#include "report/schema_layout.h"
#include "report/schema_picture.h"

namespace starlift {

namespace {

using Kind = SchemaTable::Kind;

constexpr double kCornerRadius = 8;

constexpr std::string_view kStyle = R"css(
.erd { --ground: #ffffff; --box: #ffffff; --ink: #1c2430; --soft: #5b6675; --rule: #d9dee6; --line: #7b8798;
  --fact: #3b5bdb; --fact-head: #e9edff; --dimension: #0b7a6b; --dimension-head: #e0f5f1; --staging: #6a5f4b;
  --staging-head: #f4f0e8; --band: #faf8f4; }
@media (prefers-color-scheme: dark) { .erd { --ground: #12161d; --box: #1a2029; --ink: #e6eaf0; --soft: #9aa6b6;
  --rule: #333d4b; --line: #8895a8; --fact: #93a8ff; --fact-head: #26305a; --dimension: #5fd3c0;
  --dimension-head: #173c3a; --staging: #cbbf9f; --staging-head: #353024; --band: #171a1e; } }
.erd text { font: 12px ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", Consolas, monospace; fill: var(--ink); }
.erd .ground { fill: var(--ground); }
.erd .band { fill: var(--band); stroke: var(--rule); stroke-dasharray: 5 5; }
.erd .box { fill: var(--box); stroke: var(--tone); stroke-width: 1.2; }
.erd .head { fill: var(--head); }
.erd .rule { stroke: var(--tone); stroke-opacity: .35; }
.erd .fact { --tone: var(--fact); --head: var(--fact-head); }
.erd .fact .box { stroke-width: 2; }
.erd .dimension { --tone: var(--dimension); --head: var(--dimension-head); }
.erd .staging { --tone: var(--staging); --head: var(--staging-head); }
.erd text.name { font: 600 15px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
.erd text.kind { font-size: 11px; fill: var(--tone); text-anchor: end; }
.erd text.soft { font-size: 11px; fill: var(--soft); }
.erd text.type { fill: var(--soft); text-anchor: end; }
.erd text.mark { font-size: 9px; font-weight: 700; fill: var(--tone); }
.erd text.key { font-weight: 700; }
.erd .reference { fill: none; stroke: var(--line); stroke-width: 1.5; }
.erd .optional { fill: var(--ground); stroke: var(--line); stroke-width: 1.5; }
)css";

std::string counted(const Schema& schema, Kind kind, std::string_view noun) {
  auto count = std::count_if(schema.tables.begin(), schema.tables.end(),
                             [&](const SchemaTable& table) { return table.kind == kind; });
  return format_counted(count, noun);
}

/// What the picture shows, in words.
std::string describe(const Schema& schema) {
  std::string text = fmt::format("{}, {}, {}.", counted(schema, Kind::kFact, "fact table"),
                                 counted(schema, Kind::kDimension, "dimension table"),
                                 counted(schema, Kind::kStaging, "staging table"));
  for (const auto& table : schema.tables) {
    for (const auto& column : table.columns) {
      if (!column.references) continue;
      text += fmt::format(" {}.{} refers to {}.{}.", table.name, column.column.name, column.references->table,
                          column.references->column);
    }
  }
  return text;
}

std::string hint_of(const SchemaColumn& column) {
  std::string hint = fmt::format("{} {}{}", column.column.name, to_string(column.column.type),
                                 column.column.is_nullable ? "" : ", required");
  if (column.references) {
    hint += fmt::format(", refers to {}.{}", column.references->table, column.references->column);
  }
  if (!column.field.empty()) hint += ", from the field " + column.field;
  return column.description.empty() ? hint : hint + ": " + column.description;
}

class Drawing {
 public:
  explicit Drawing(const Schema& schema) : schema_(schema), layout_(lay_out_schema(schema)) {}

  std::string draw() {
    svg_.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                      {"class", "erd"},
                      {"viewBox", fmt::format("0 0 {:.0f} {:.0f}", layout_.width, layout_.height)},
                      {"width", static_cast<int>(layout_.width)},
                      {"height", static_cast<int>(layout_.height)},
                      {"role", "img"},
                      {"aria-labelledby", "erd-title erd-description"}});
    svg_.element("title", {{"id", "erd-title"}}, fmt::format("The schema of {}", schema_.name));
    svg_.element("desc", {{"id", "erd-description"}}, describe(schema_));
    svg_.open("style").raw(kStyle).close();
    svg_.leaf("rect", {{"class", "ground"}, {"width", "100%"}, {"height", "100%"}, {"rx", 12}});
    for (const auto& curve : layout_.references)
      draw_reference(curve);
    draw_band();
    for (const auto* boxes : {&layout_.star, &layout_.staging}) {
      for (const auto& box : *boxes)
        draw_table(box);
    }
    return svg_.close().markup();
  }

 private:
  void draw_band() {
    if (layout_.staging.empty()) return;
    double width = layout_.width - 2 * kPictureMargin;
    svg_.leaf("rect", {{"class", "band"},
                       {"x", kPictureMargin},
                       {"y", layout_.staging_top},
                       {"width", width},
                       {"height", layout_.staging_bottom - layout_.staging_top},
                       {"rx", kCornerRadius}});
    svg_.element("text", {{"class", "soft"}, {"x", kPictureMargin + 20}, {"y", layout_.staging_top + 24}},
                 "staging: the records as they came; each table above is made from them by one SELECT");
  }

  void draw_table(const TableBox& box) {
    const SchemaTable& table = *box.table;
    double x = box.corner.x, y = box.corner.y, rule_y = y + TableBox::kHead - 4;
    svg_.open("g", {{"class", to_string(table.kind)}, {"data-table", table.name}});
    svg_.element("title", fmt::format("{}: {}", table.name, table.description));
    svg_.leaf("rect", {{"class", "box"},
                       {"x", x},
                       {"y", y},
                       {"width", box.width},
                       {"height", box.height},
                       {"rx", kCornerRadius}});
    svg_.leaf("path",
              {{"class", "head"},
               {"d", fmt::format("M{:.1f} {:.1f}v{:.1f}q0 -7 7 -7h{:.1f}q7 0 7 7v{:.1f}z", x + 1, rule_y,
                                 -(TableBox::kHead - 12), box.width - 16, TableBox::kHead - 12)}});
    svg_.leaf("line", {{"class", "rule"}, {"x1", x}, {"x2", x + box.width}, {"y1", rule_y}, {"y2", rule_y}});
    svg_.element("text", {{"class", "name"}, {"x", x + 12}, {"y", y + 22}}, table.name);
    svg_.element("text", {{"class", "kind"}, {"x", x + box.width - 12}, {"y", y + 21}},
                 to_string(table.kind));
    svg_.element("text", {{"class", "soft"}, {"x", x + 12}, {"y", y + 38}}, origin_of(table));
    for (size_t i = 0; i < table.columns.size(); ++i)
      draw_column(table.columns[i], box.row(i), box.strip_width);
    svg_.close();
  }

  void draw_column(const SchemaColumn& column, Point row, double width) {
    double baseline = row.y + 4;
    svg_.open("g").element("title", hint_of(column));
    if (column.is_key || column.references) {
      svg_.element("text", {{"class", "mark"}, {"x", row.x + 11}, {"y", baseline - 0.5}},
                   column.is_key ? "PK" : "FK");
    }
    svg_.element("text", {{"class", column.is_key ? "key" : "column"}, {"x", row.x + 30}, {"y", baseline}},
                 column.column.name);
    svg_.element("text", {{"class", "type"}, {"x", row.x + width - 12}, {"y", baseline}},
                 to_string(column.column.type));
    svg_.close();
  }

  /// A curve with a crow's foot where many rows refer, and a bar, after a ring when it may be none, at the
  /// one.
  void draw_reference(const ReferenceCurve& curve) {
    auto [from, to] = std::pair(curve.from, curve.to);
    double out = curve.from_side, in = curve.to_side;
    svg_.leaf("path", {{"class", "reference"},
                       {"d", fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", from.x,
                                         from.y, from.x + out * kReferenceSwing, from.y,
                                         to.x + in * kReferenceSwing, to.y, to.x, to.y)}});
    svg_.leaf(
        "path",
        {{"class", "reference"},
         {"d", fmt::format("M{0:.1f} {2:.1f}L{1:.1f} {3:.1f}L{0:.1f} {4:.1f}M{5:.1f} {6:.1f}v10", from.x,
                           from.x + out * 11, from.y - 5, from.y, from.y + 5, to.x + in * 6, to.y - 5)}});
    if (curve.is_optional) {
      svg_.leaf("circle", {{"class", "optional"}, {"cx", to.x + in * 13}, {"cy", to.y}, {"r", 3.5}});
    }
  }

  const Schema& schema_;
  SchemaLayout layout_;
  MarkupWriter svg_;
};

}  // namespace

std::string schema_svg(const Schema& schema) {
  return Drawing(schema).draw();
}

}  // namespace starlift
