#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "project/definition.h"

namespace starlift {

/// A good definition, for tests to read and to spoil.
inline const DefinitionFile kShop[] = {
    {"warehouse.toml", R"file(name = "shop"
description = "Orders of a shop"
)file"},
    {"staging/orders.toml", R"file(description = "Order lines as the shop exports them"
source = "S3.ORDER_DATA"
jsonpaths = "S3.ORDER_JSONPATHS"
columns = [
  { name = "order_no", field = "order.no", type = "varchar(20)", required = true, description = "Printed on the bill" },
  { name = "line_no", type = "smallint", required = true },
  { name = "ordered_at", field = "order.at", type = "timestamp", unit = "iso8601" },
  { name = "amount", type = "decimal(12,2)" },
  { name = "email", field = "$['customer']['e.mail']", type = "varchar(320)" },
]
)file"},
    {"star/customers.sql", R"file(/*
description = "One row per customer"
kind = "dimension"
key = ["email"]
columns = [
  { name = "email", type = "varchar(320)", required = true },
]
[redshift]
distribution = "all"
*/
select distinct email from staging.orders where email is not null;
)file"},
    {"star/order_lines.sql", R"file(/*
description = "One row per line of an order"
kind = "fact"
key = ["order_no", "line_no"]
columns = [
  { name = "order_no", type = "varchar(20)", required = true, description = "Printed on the bill" },
  { name = "line_no", type = "smallint", required = true, accepted = [1, 2, 3] },
  { name = "ordered_at", type = "timestamp" },
  { name = "email", type = "varchar(320)", references = "customers.email" },
  { name = "amount", type = "decimal(12,2)" },
]
[redshift]
distribution = "key(email)"
sort_key = ["ordered_at", "order_no"]
*/

-- One order line may be exported twice.
with lines as (
  select distinct order_no, line_no, ordered_at, email, amount from staging.orders
)
select l.order_no, l.line_no, l.ordered_at, c.email, l.amount
from lines l
left join customers c on c.email = l.email;
)file"},
    {"analytics/best_customers.sql", R"file(/*
title = "Best customers"
question = "Who spent most?"
description = "By amount"
chart = { kind = "bar", x = "email", y = ["amount"] }
*/
select email, sum(amount) as amount from order_lines group by email
)file"},
    {"checks/no_negative_amount.sql", R"file(/* description = "An amount is never negative" */
select * from order_lines where amount < 0
)file"},
};

using Files = std::vector<DefinitionFile>;

inline Files shop() {
  return {std::begin(kShop), std::end(kShop)};
}

inline DefinitionFile& file_of(Files& files, std::string_view path) {
  return *std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.path == path; });
}

/// The shop with one piece of one file replaced.
inline Files edited(std::string_view path, std::string_view old_text, std::string_view new_text) {
  auto files = shop();
  auto& text = file_of(files, path).text;
  size_t at = text.find(old_text);
  if (at == text.npos)
    throw std::logic_error("no such text in " + std::string(path) + ": " + std::string(old_text));
  text.replace(at, old_text.size(), new_text);
  return files;
}

/// Returns what read_definition says against the files, or "accepted".
inline std::string refusal_of(const Files& files) {
  try {
    read_definition(files);
  } catch (const Error& error) {
    bool is_placed = error.kind() == ErrorKind::kDefinition &&
                     std::string_view(error.what()).starts_with(error.place() + ": ");
    return is_placed ? error.what() : "without a place or of a wrong kind: " + std::string(error.what());
  }
  return "accepted";
}

}  // namespace starlift
