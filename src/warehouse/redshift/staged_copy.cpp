#include "warehouse/redshift/staged_copy.h"

#include <fmt/format.h>

#include <atomic>
#include <vector>

#include "base/error.h"
#include "warehouse/batch_pull.h"
#include "warehouse/redshift/json_rows.h"
#include "warehouse/redshift/load_views.h"
#include "warehouse/redshift/manifest.h"
#include "warehouse/redshift/part_set.h"
#include "warehouse/warehouse.h"

namespace starlift::redshift {

namespace {

std::string manifest_name(const StagedCopy& copy) {
  return copy.folder + "/manifest";
}

/// The objects of a load, which go when it has ended, however it ends.
class Parts {
 public:
  explicit Parts(const StagedCopy& copy) : copy_(copy), set_(copy.area, copy.folder, copy.slices) {}
  ~Parts() {
    try {
      auto names = set_.names();
      if (names.empty()) return;
      names.push_back(manifest_name(copy_));
      copy_.area.flush();
      copy_.area.remove(names);
    } catch (const std::exception&) {
      // The next run that writes sweeps what is left.
    }
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  /// Returns the number of rows.
  uint64_t write(BatchSource& source) {
    std::atomic<uint64_t> rows = 0;
    pull_batches(source, copy_.threads, [&](const ColumnBatch& batch, std::string& text) {
      append_json_rows(source.columns(), batch, text);
      set_.append(text);
      rows += batch.rows();
    });
    const auto& names = set_.finish();
    if (names.empty()) return 0;
    std::vector<std::string> urls;
    for (const auto& name : names)
      urls.push_back(copy_.area.url(name));
    copy_.area.put(manifest_name(copy_), manifest_of(urls));
    copy_.area.flush();
    return rows;
  }

 private:
  const StagedCopy& copy_;
  PartSet set_;
};

}  // namespace

std::string copy_sql_of(const StagedCopy& copy, const TableName& table, const BatchSource& source) {
  return copy_sql({.table = table,
                   .columns = source.columns(),
                   .manifest_url = copy.area.url(manifest_name(copy)),
                   .iam_role = copy.iam_role,
                   .compression = "zstd",
                   .region = copy.area.region()});
}

uint64_t copy_staged(libpq::Connection& connection, const StagedCopy& copy, const TableName& table,
                     BatchSource& source) {
  Parts parts(copy);
  uint64_t rows = parts.write(source);
  if (rows == 0) return 0;
  connection.execute(copy_sql_of(copy, table, source));
  uint64_t loaded = last_copy_count(connection);
  if (loaded == rows) return rows;
  throw Error(ErrorKind::kMismatch,
              fmt::format("{} rows were written for {}, and the cluster says that it copied {}; nothing was "
                          "committed. Please report this as a defect",
                          rows, to_string(table), loaded));
}

}  // namespace starlift::redshift
