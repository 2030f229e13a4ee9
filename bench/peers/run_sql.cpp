// Runs the statements of an SQL file on a DuckDB file, as its command line would; the answer of the last one
// is printed as tab-separated lines. ${NAME} stands for the value of an argument NAME=value.
//
// usage: run_sql DATABASE FILE [NAME=value ...]

#include <duckdb.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

[[noreturn]] void fail(const std::string& message) {
  std::cerr << "run_sql: " << message << "\n";
  std::exit(1);
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void substitute(std::string& sql, const std::string& argument) {
  auto equals = argument.find('=');
  if (equals == argument.npos) fail(argument + " is not NAME=value");
  std::string name = "${" + argument.substr(0, equals) + "}";
  for (size_t at = 0; (at = sql.find(name, at)) != sql.npos;)
    sql.replace(at, name.size(), argument.substr(equals + 1));
}

void print(duckdb_result& result) {
  for (idx_t row = 0; row < duckdb_row_count(&result); ++row) {
    for (idx_t column = 0; column < duckdb_column_count(&result); ++column) {
      char* text = duckdb_value_varchar(&result, column, row);
      std::cout << (column == 0 ? "" : "\t") << (text ? text : "null");
      duckdb_free(text);
    }
    std::cout << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) fail("usage: run_sql DATABASE FILE [NAME=value ...]");
  std::string sql = read_file(argv[2]);
  for (int i = 3; i < argc; ++i)
    substitute(sql, argv[i]);

  duckdb_config config;
  duckdb_create_config(&config);
  duckdb_set_config(config, "storage_compatibility_version", "latest");  // the fastest, as starlift's
  duckdb_database database;
  duckdb_connection connection;
  char* error = nullptr;
  if (duckdb_open_ext(argv[1], &database, config, &error) != DuckDBSuccess) fail(error);
  if (duckdb_connect(database, &connection) != DuckDBSuccess) fail(std::string("cannot open ") + argv[1]);
  duckdb_destroy_config(&config);
  duckdb_result result;
  if (duckdb_query(connection, sql.c_str(), &result) != DuckDBSuccess) fail(duckdb_result_error(&result));
  print(result);
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
}
