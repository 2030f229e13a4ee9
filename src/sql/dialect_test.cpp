#include "sql/dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace starlift {
namespace {

using testing::HasSubstr;

const Dialect& kDuckDb = Dialect::of(Engine::kDuckDb);
const Dialect& kPostgres = Dialect::of(Engine::kPostgres);
const Dialect& kRedshift = Dialect::of(Engine::kRedshift);

ColumnType type(std::string_view text) {
  return parse_column_type(text).value();
}

TEST(EngineTest, NamesAreReadBackWhateverTheirCase) {
  for (Engine engine : {Engine::kDuckDb, Engine::kPostgres, Engine::kRedshift}) {
    EXPECT_EQ(parse_engine(to_string(engine)), engine);
    EXPECT_EQ(Dialect::of(engine).engine(), engine);
  }
  EXPECT_EQ(parse_engine("DuckDB"), Engine::kDuckDb);
  EXPECT_EQ(parse_engine("mysql"), std::nullopt);
  EXPECT_EQ(parse_engine(""), std::nullopt);
}

TEST(TypeNameTest, MostTypesAreCalledTheSameEverywhere) {
  for (std::string name :
       {"smallint", "integer", "bigint", "decimal(12,2)", "boolean", "date", "timestamp"}) {
    for (const Dialect* dialect : {&kDuckDb, &kPostgres, &kRedshift}) {
      EXPECT_EQ(dialect->type_name(type(name)), name);
      EXPECT_EQ(dialect->column_type(type(name)), name);
    }
  }
}

TEST(TypeNameTest, DoubleIsTheEnginesOwn) {
  EXPECT_EQ(kDuckDb.type_name(type("double")), "double");
  EXPECT_EQ(kPostgres.type_name(type("double")), "double precision");
  EXPECT_EQ(kRedshift.type_name(type("double")), "double precision");
}

TEST(TypeNameTest, TextHasALengthWhereItIsKept) {
  EXPECT_EQ(kDuckDb.type_name(type("varchar(64)")), "varchar");
  EXPECT_EQ(kPostgres.type_name(type("varchar(64)")), "varchar(64)");
  EXPECT_EQ(kRedshift.type_name(type("varchar(64)")), "varchar(64)");
}

TEST(TypeNameTest, TextColumnsAreOrderedBytewiseOnEveryEngine) {
  EXPECT_EQ(kDuckDb.column_type(type("varchar(64)")), "varchar");
  EXPECT_EQ(kPostgres.column_type(type("varchar(64)")), "varchar(64) collate \"C\"");
  EXPECT_EQ(kRedshift.column_type(type("varchar(64)")), "varchar(64)");
}

TEST(QuoteTest, LiteralsDoubleTheirQuotes) {
  for (const Dialect* dialect : {&kDuckDb, &kPostgres, &kRedshift}) {
    EXPECT_EQ(dialect->quote_literal(""), "''");
    EXPECT_EQ(dialect->quote_literal("it's"), "'it''s'");
    EXPECT_EQ(dialect->quote_literal("Zürich \"x\"\n"), "'Zürich \"x\"\n'");
  }
}

TEST(QuoteTest, ABackslashIsItselfOnEveryEngine) {
  EXPECT_EQ(kDuckDb.quote_literal("a\\'b"), "'a\\''b'");
  EXPECT_EQ(kPostgres.quote_literal("a\\'b"), "'a\\''b'");
  EXPECT_EQ(kRedshift.quote_literal("a\\'b"), "'a\\\\''b'");
}

TEST(QuoteTest, ALiteralWithNulIsRefused) {
  EXPECT_THROW(kDuckDb.quote_literal(std::string_view("a\0b", 3)), Error);
}

TEST(QuoteTest, NamesAreInDoubleQuotes) {
  EXPECT_EQ(quote_identifier("order"), "\"order\"");
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quote_table({"", "orders"}), "\"orders\"");
  EXPECT_EQ(quote_table({"staging", "orders"}), "\"staging\".\"orders\"");
}

TEST(RenderTest, HashBigintIsTheFirst15DigitsOfMd5) {
  std::string sql = "select hash_bigint(name) from sensors";
  EXPECT_EQ(kDuckDb.render(sql), "select ('0x' || left(md5(name), 15))::bigint from sensors");
  EXPECT_EQ(kPostgres.render(sql), "select ('x0' || left(md5(name), 15))::bit(64)::bigint from sensors");
  EXPECT_EQ(kRedshift.render(sql), "select strtol(left(md5(name), 15), 16) from sensors");
}

TEST(RenderTest, ToEpochUsCountsMicroseconds) {
  EXPECT_EQ(kDuckDb.render("to_epoch_us(at)"), "epoch_us(at)");
  EXPECT_EQ(kPostgres.render("to_epoch_us(at)"), "(extract(epoch from at) * 1000000)::bigint");
  EXPECT_EQ(kRedshift.render("to_epoch_us(at)"),
            "datediff(microsecond, timestamp '1970-01-01 00:00:00', at)");
}

TEST(RenderTest, DateFieldIsANumberOfEachEngine) {
  EXPECT_EQ(kDuckDb.render("date_field(hour, at)"), "extract(hour from at)");
  EXPECT_EQ(kPostgres.render("date_field(hour, at)"), "date_part('hour', at)");
  EXPECT_EQ(kRedshift.render("date_field(hour, at)"), "extract(hour from at)");
  EXPECT_EQ(kPostgres.render("date_field( -- of the day\n Hour, at)"), "date_part('hour', at)");
}

TEST(RenderTest, SameTextSeesTrailingBlanks) {
  std::string sql = "where same_text(page, 'Home') and x";
  EXPECT_EQ(kDuckDb.render(sql), "where (page = 'Home') and x");
  EXPECT_EQ(kPostgres.render(sql), "where (page = 'Home') and x");
  EXPECT_EQ(kRedshift.render(sql), "where (page = 'Home' and length(page) = length('Home')) and x");
}

TEST(RenderTest, ArgumentsMayHoldCallsAndComments) {
  EXPECT_EQ(kDuckDb.render("same_text(coalesce(a, ','),left(b, 1))"), "(coalesce(a, ',') = left(b, 1))");
  EXPECT_EQ(kDuckDb.render("same_text(a -- one, two\n, b)"), "(a -- one, two\n = b)");
  EXPECT_EQ(kDuckDb.render("same_text(cast(to_epoch_us(at) as varchar), b)"),
            "(cast(epoch_us(at) as varchar) = b)");
}

TEST(RenderTest, CallsMayNest) {
  EXPECT_EQ(kDuckDb.render("hash_bigint(cast(to_epoch_us(max(at)) as varchar) || sensor)"),
            "('0x' || left(md5(cast(epoch_us(max(at)) as varchar) || sensor), 15))::bigint");
}

TEST(RenderTest, CaseAndSpaceDoNotMatter) {
  EXPECT_EQ(kDuckDb.render("To_Epoch_US\n  /* when */ ( at )"), "epoch_us( at )");
}

TEST(RenderTest, ACommentAtTheEndOfAnArgumentSwallowsNothing) {
  EXPECT_EQ(kDuckDb.render("to_epoch_us(at -- the start)\n)"), "epoch_us(at -- the start)\n)");
}

TEST(RenderTest, AnArgumentMayHoldCommasInCallsAndLiterals) {
  EXPECT_EQ(kDuckDb.render("to_epoch_us(coalesce(at, ended))"), "epoch_us(coalesce(at, ended))");
  EXPECT_EQ(kRedshift.render("hash_bigint(', (')"), "strtol(left(md5(', ('), 15), 16)");
}

TEST(RenderTest, AllElseIsLeftAsItStands) {
  for (std::string sql : {
           "select 'hash_bigint(a)', \"hash_bigint\"(a) -- hash_bigint(a)\n/* to_epoch_us(b) */",
           "select hash_bigint, to_epoch_us from sensors",
           "select tools.hash_bigint(a, b), my_hash_bigint(a), hash_bigint2(a)",
           "select '{}', '{0}', count(*) from sensors where at > timestamp '2026-01-01'",
           "",
       }) {
    for (const Dialect* dialect : {&kDuckDb, &kPostgres, &kRedshift})
      EXPECT_EQ(dialect->render(sql), sql);
  }
}

std::string fault(std::string_view sql) {
  try {
    kDuckDb.render(sql);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kDefinition);
    return error.what();
  }
  return "none";
}

TEST(RenderTest, AWrongNumberOfArgumentsIsRefusedByName) {
  EXPECT_EQ(fault("select hash_bigint(a, b)"), "hash_bigint takes one argument, not 2");
  EXPECT_EQ(fault("select to_epoch_us( /* none */ )"), "to_epoch_us takes one argument, not 0");
  EXPECT_EQ(fault("select hash_bigint(to_epoch_us(a, b, c))"), "to_epoch_us takes one argument, not 3");
  EXPECT_EQ(fault("select same_text(a)"), "same_text takes two arguments, not 1");
  EXPECT_EQ(fault("select same_text()"), "same_text takes two arguments, not 0");
  EXPECT_EQ(fault("select same_text(a, b, c)"), "same_text takes two arguments, not 3");
  EXPECT_EQ(fault("select same_text(a, /* b */)"), "an argument of same_text is empty");
}

TEST(RenderTest, AFieldThatIsAnotherNumberElsewhereIsRefused) {
  for (const char* field : {"second", "epoch", "'hour'", "hour + 1", "\"hour\""})
    EXPECT_THAT(fault(std::string("select date_field(") + field + ", at)"),
                HasSubstr("date_field takes one of"));
}

TEST(RenderTest, AnOpenCallIsRefusedByName) {
  EXPECT_THAT(fault("select hash_bigint((a)"), HasSubstr("hash_bigint"));
}

}  // namespace
}  // namespace starlift
