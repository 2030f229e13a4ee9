#include "report/dictionary_pages.h"

#include <algorithm>

#include "base/text.h"
#include "report/answer_table.h"
#include "report/html_page.h"
#include "report/markup_writer.h"
#include "report/schema_picture.h"

namespace starlift {

namespace {

using Kind = SchemaTable::Kind;

std::string page_name(const std::string& table) {
  return table + ".html";
}

std::string engine_title(const std::string& engine) {
  if (engine == "duckdb") return "DuckDB";
  return engine == "postgres" ? "PostgreSQL" : "Redshift";
}

/// The page of one table.
class TablePage {
 public:
  TablePage(const Schema& schema, const SchemaTable& table, const DictionaryEntry& entry)
      : schema_(schema), table_(table), entry_(entry) {}

  std::string write() {
    write_top();
    out_.open("main");
    write_columns();
    write_lineage();
    write_references();
    write_sql();
    if (entry_.examples || !entry_.no_examples.empty()) write_examples();
    out_.close().raw(page_footer());
    return render_page({table_.name + " - " + schema_.name, out_.markup(), {"dictionary.css"}, {}});
  }

 private:
  void write_top() {
    std::string grain = grain_of(table_);
    std::string_view rest = trim(std::string_view(table_.description).substr(grain.size()));
    out_.open("header", {{"class", "top"}}).open("nav", {{"class", "trail"}, {"aria-label", "Place"}});
    out_.element("a", {{"href", "index.html"}}, schema_.name).text(" › " + table_.name).close();
    out_.open("h1").text(table_.name + " ");
    out_.element("span", {{"class", fmt::format("badge {}", to_string(table_.kind))}}, to_string(table_.kind))
        .close();
    out_.element("p", {{"class", "lead"}}, grain);
    if (!rest.empty()) out_.element("p", rest);
    out_.open("nav", {{"class", "tables"}, {"aria-label", "Tables"}});
    for (const auto& other : schema_.tables) {
      if (other.name == table_.name) {
        out_.element("a", {{"href", page_name(other.name)}, {"aria-current", "page"}}, other.name);
      } else {
        write_link(other.name);
      }
    }
    out_.close().close();
  }

  void write_columns() {
    bool is_staging = table_.kind == Kind::kStaging;
    out_.element("h2", "Columns")
        .open("div", {{"class", "card scroll"}})
        .open("table", {{"class", "columns"}});
    out_.open("thead").open("tr");
    for (const char* head :
         {"column", "type", "required", is_staging ? "field of the record" : "made from", "meaning"})
      out_.element("th", {{"scope", "col"}}, head);
    out_.close().close().open("tbody");
    for (const auto& column : table_.columns)
      write_column(column);
    out_.close().close().close();
  }

  void write_column(const SchemaColumn& column) {
    out_.open("tr", {{"id", "column-" + column.column.name}});
    out_.open("th", {{"scope", "row"}, {"class", "name"}}).text(column.column.name);
    if (column.is_key) out_.text(" ").element("span", {{"class", "badge"}}, "key");
    out_.close();
    out_.element("td", {{"class", "name"}}, to_string(column.column.type));
    out_.element("td", column.column.is_nullable ? "" : "required");
    out_.open("td", {{"class", "name"}});
    out_.text(column.field);
    if (!column.time_unit.empty()) out_.text(" ").element("span", {{"class", "badge"}}, column.time_unit);
    for (const auto& origin : column.origins) {
      out_.open("div");
      write_column_link(origin.table, origin.column);
      out_.close();
    }
    out_.close().open("td").text(column.description);
    if (column.references) {
      out_.open("div", {{"class", "soft"}}).text("refers to ");
      write_column_link(column.references->table, column.references->column);
      out_.close();
    }
    out_.close().close();
  }

  void write_lineage() {
    out_.element("h2", "Where it comes from").open("div", {{"class", "card"}});
    if (table_.kind == Kind::kStaging) {
      out_.open("p").text("The JSON records of the objects below ").element("code", {}, table_.source);
      out_.text(" of dwh.cfg, a row each; every row knows its object and its number in it.").close();
    } else {
      out_.open("p").text("Made by one SELECT from ");
      write_links(table_.made_from);
      out_.text(".").close();
    }
    std::vector<std::string> users;
    for (const auto& other : schema_.tables) {
      const auto& origins = other.made_from;
      if (std::find(origins.begin(), origins.end(), table_.name) != origins.end())
        users.push_back(other.name);
    }
    if (!users.empty()) {
      out_.open("p").text("From it are made ");
      write_links(users);
      out_.text(".").close();
    }
    out_.close();
  }

  void write_references() {
    MarkupWriter items;
    std::swap(items, out_);  // so that the section appears only when something refers
    for (const auto& other : schema_.tables) {
      for (const auto& column : other.columns) {
        if (!column.references || column.references->table != table_.name) continue;
        out_.open("li");
        write_column_link(other.name, column.column.name);
        out_.close();
      }
    }
    std::swap(items, out_);
    if (items.markup().empty()) return;
    out_.element("h2", "Referred to by").open("div", {{"class", "card"}}).open("ul");
    out_.raw(items.markup()).close().close();
  }

  void write_sql() {
    out_.element("h2", "SQL").open("div", {{"class", "card"}});
    std::string engine;
    for (const auto& sql : entry_.sql) {
      if (sql.engine != engine) {
        if (!engine.empty()) out_.close();
        out_.open("details").element("summary", engine_title(sql.engine));
        engine = sql.engine;
      }
      out_.element("p", {{"class", "soft"}}, sql.purpose + ":")
          .open("pre")
          .element("code", {}, sql.text)
          .close();
    }
    if (!engine.empty()) out_.close();
    out_.close();
  }

  void write_examples() {
    out_.element("h2", {{"id", "examples"}}, "Example rows").open("div", {{"class", "card"}});
    if (!entry_.examples) {
      out_.element("p", "The table gives none; the definition may have changed since it was made.");
      out_.element("pre", entry_.no_examples);
    } else if (entry_.examples->rows.empty()) {
      out_.element("p", {{"class", "soft"}}, "The table is empty.");
    } else {
      write_answer_table(*entry_.examples, "Example rows of " + table_.name, out_);
    }
    out_.close();
  }

  void write_link(const std::string& table) { out_.element("a", {{"href", page_name(table)}}, table); }

  void write_links(const std::vector<std::string>& tables) {
    for (size_t i = 0; i < tables.size(); ++i) {
      if (i > 0) out_.text(i + 1 == tables.size() ? " and " : ", ");
      write_link(tables[i]);
    }
  }

  void write_column_link(const std::string& table, const std::string& column) {
    out_.element("a", {{"href", fmt::format("{}#column-{}", page_name(table), column)}},
                 fmt::format("{}.{}", table, column));
  }

  const Schema& schema_;
  const SchemaTable& table_;
  const DictionaryEntry& entry_;
  MarkupWriter out_;
};

std::string index_page(const Schema& schema) {
  MarkupWriter out;
  out.open("header", {{"class", "top"}}).element("h1", schema.name);
  out.element("p", {{"class", "lead"}}, schema.description).close().open("main");
  out.open("div", {{"class", "card scroll"}, {"tabindex", 0}, {"role", "region"}, {"aria-label", "Schema"}});
  out.raw(schema_svg(schema)).close();
  out.element("h2", "Tables").open("div", {{"class", "card scroll"}}).open("table").open("thead").open("tr");
  for (const char* head : {"table", "kind", "columns", "a row is"})
    out.element("th", {{"scope", "col"}}, head);
  out.close().close().open("tbody");
  for (const auto& table : schema.tables) {
    out.open("tr").open("th", {{"scope", "row"}, {"class", "name"}});
    out.element("a", {{"href", page_name(table.name)}}, table.name).close().open("td");
    out.element("span", {{"class", fmt::format("badge {}", to_string(table.kind))}}, to_string(table.kind))
        .close();
    out.element("td", std::to_string(table.columns.size()));
    out.element("td", grain_of(table)).close();
  }
  out.close().close().close().close().raw(page_footer());
  return render_page({schema.name + " - data dictionary", out.markup(), {"dictionary.css"}, {}});
}

}  // namespace

std::vector<DictionaryPage> dictionary_pages(const Schema& schema, std::span<const DictionaryEntry> entries) {
  std::vector<DictionaryPage> pages = {{"index.html", index_page(schema)}};
  for (size_t i = 0; i < entries.size(); ++i)
    pages.push_back(
        {page_name(schema.tables[i].name), TablePage(schema, schema.tables[i], entries[i]).write()});
  return pages;
}

}  // namespace starlift
