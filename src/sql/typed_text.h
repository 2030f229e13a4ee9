#pragma once

#include <string>

#include "columns/column_type.h"

namespace starlift {

/// How many bytes of a text that becomes anything but text are looked at. Every number that a column can hold
/// is shorter when it is written plainly.
inline constexpr int kTypedTextBytes = 128;

/// Returns an expression of Redshift's SQL that makes a value of `type` of the text `text` (a column's quoted
/// name), of at most kTypedTextBytes bytes where `type` is no varchar. It is null where the text is no such
/// value, and for a null and an empty text; of a varchar it is the text itself.
///
/// It takes what the decoder takes (docs/input.md), but of numbers with an exponent only whole ones of 15
/// digits (or, for a double, exponents of two digits). Nothing passes through floating point on its way to
/// whole numbers, decimals and timestamps, those exponents apart, where it is exact.
///
/// Redshift has no cast that gives null where it fails: a pattern decides first, and CASE sees to it that
/// only what matches is cast.
/// https://docs.aws.amazon.com/redshift/latest/dg/pattern-matching-conditions-posix.html
/// https://docs.aws.amazon.com/redshift/latest/dg/REGEXP_SUBSTR.html
std::string typed_text_sql(const std::string& text, const ColumnType& type, TimeUnit unit);

}  // namespace starlift
