#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "columns/column_type.h"
#include "columns/field_path.h"
#include "project/chart_hint.h"

namespace starlift {

/// A text file of a warehouse definition; `path` is relative to its folder ("star/users.sql").
struct DefinitionFile {
  std::string path;
  std::string text;
};

/// A key of dwh.cfg that a definition names: "S3.LOG_DATA".
struct ConfigKey {
  std::string section;
  std::string key;
};

/// A column of a staging table and where its value is in a record.
struct StagingColumn {
  Column column;
  FieldPath field;
  TimeUnit unit = TimeUnit::kMilliseconds;  ///< timestamp columns only
  std::string description;
  std::string redshift_encoding;  ///< "az64"; empty leaves it to the cluster
};

/// A staging table and the objects that fill it. One file in staging/.
struct Dataset {
  std::string name;  ///< the file's name; the table is staging.<name>
  std::string description;
  ConfigKey source;                    ///< holds the folder or prefix of the objects
  std::optional<ConfigKey> jsonpaths;  ///< may hold a jsonpaths file, which maps by position
  /// Its objects never change and never go, once they are there: `objects = "immutable"`.
  bool has_immutable_objects = false;
  std::vector<StagingColumn> columns;
  std::string fingerprint;  ///< changes when what is read into the table changes
  std::string file;
};

enum class ModelKind { kFact, kDimension };

struct ModelColumn {
  Column column;
  std::string description;
  struct Target {
    std::string model;
    std::string column;
  };
  std::optional<Target> references;
  std::string redshift_encoding;  ///< "az64"; empty leaves it to the cluster
  /// The values that the column may have beside null, as text; any when empty. Declared for texts and whole
  /// numbers.
  std::vector<std::string> accepted;
};

/// How many rows a model must have: as many as a SELECT counts, one row of one number.
struct RowCount {
  std::string select;
  int select_line = 1;
  /// The staging tables that it reads. When it reads anything else, `reads_models` is true.
  std::vector<std::string> reads_datasets;
  bool reads_models = false;
};

/// How a model is kept up to date without remaking all of it: its rows are remade per value of one
/// column, for the values that a batch touches.
struct Incremental {
  /// A required column of the model. All rows that share a value of it are remade together.
  std::string by;
  /// A staging table of which only rows with a touched value in `column` are needed for that.
  struct Input {
    std::string dataset;
    std::string column;
  };
  std::vector<Input> inputs;
  /// The values of `by` that changed rows of a staging table touch: a SELECT of one column, which reads those
  /// rows as `changed.<dataset>`. One for every staging table that the model reads.
  struct Touched {
    std::string dataset;
    std::string select;
    int select_line = 1;
  };
  std::vector<Touched> touched;
};

/// Which rows of a table that a model reads are behind one of its rows; for `starlift trace`.
struct Lineage {
  std::string source;     ///< a staging table, or else a model
  std::string condition;  ///< SQL over `source`, a row of it, and `traced`, the model's row
  int condition_line = 1;
};

/// A star table and the SELECT that makes it from staging. One file in star/.
struct Model {
  std::string name;  ///< the file's name and the table's, in the default schema
  std::string description;
  ModelKind kind = ModelKind::kDimension;
  std::vector<std::string> key;  ///< columns that are unique together
  std::vector<ModelColumn> columns;
  std::string redshift_distribution;  ///< "auto", "even", "all", "key(column)"
  std::vector<std::string> redshift_sort_key;
  bool has_redshift_primary_key = true;  ///< Redshift plans with the key
  std::string select;                    ///< the body: one plain SELECT, portable functions not yet rendered
  int select_line = 1;                   ///< the line of `file` where `select` begins
  std::optional<RowCount> rows;          ///< [rows] equal
  std::optional<Incremental> incremental;   ///< without it the model is always remade whole
  std::vector<Lineage> lineage;             ///< may leave out what `incremental` tells
  std::vector<std::string> reads_datasets;  ///< staging tables in its FROM clauses
  std::vector<std::string> reads_models;    ///< star tables in its FROM clauses
  std::string fingerprint;                  ///< changes when its columns, key or SELECT change
  std::string file;
};

/// A saved query: analytics/NAME.sql, or checks/NAME.sql, which must return no row.
struct SavedQuery {
  std::string name;
  std::string title;
  std::string question;     ///< what it answers; of analytics/ only, may be empty
  std::string description;  ///< what else one should know; may be empty
  std::optional<ChartHint> chart;
  std::string sql;
  int sql_line = 1;
  std::string file;
};

/// A warehouse: what is staged, what is modelled, what is asked and what must hold.
struct WarehouseDefinition {
  std::string name;  ///< of the warehouse; also names the default database file
  std::string description;
  std::vector<Dataset> datasets;      ///< by name
  std::vector<Model> models;          ///< every model after those it reads or references
  std::vector<SavedQuery> analytics;  ///< by name
  std::vector<SavedQuery> checks;     ///< by name
  std::string fingerprint;            ///< changes when any staging or star file changes

  const Dataset* find_dataset(std::string_view name) const;
  const Model* find_model(std::string_view name) const;
  const SavedQuery* find_query(std::string_view name) const;  ///< of `analytics`
};

/// Reads and checks a definition. Throws Error{kDefinition} with file and line on the first fault.
WarehouseDefinition read_definition(std::span<const DefinitionFile> files);

/// Reads the files of a definition from a folder: warehouse.toml and the .toml and .sql files of its
/// four folders; hidden and other files are left alone. Throws Error{kDefinition} when there is none.
std::vector<DefinitionFile> read_definition_folder(const std::string& folder);

/// Writes the files into a folder, which is made when it does not exist. Throws Error{kDefinition}
/// before anything is written when one of the files exists already.
void write_definition_folder(std::span<const DefinitionFile> files, const std::string& folder);

}  // namespace starlift
