#include "warehouse/redshift/server_kind.h"

namespace starlift::redshift {

namespace {

/// Makes cells look alike whatever the cluster or the user has set. Redshift is a PostgreSQL of before 9: it
/// refuses settings that it does not know, such as standard_conforming_strings.
/// https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html
constexpr const char* kSessionSettings[] = {
    "set datestyle to 'ISO, MDY'",
    "set timezone to 'UTC'",
    "set extra_float_digits to 2",
};

/// Nearly every error has the SQLSTATE XX000: the text has to tell.
constexpr libpq::StatementAdvice kAdvice[] = {
    {.sign = "erializable isolation violation", .standard_sqlstate = "40001"},
    // Error 1018: a table that was made after the transaction's snapshot was taken.
    {.sign = "Relation does not exist", .standard_sqlstate = "40001"},
    {.sign = "deadlock detected", .standard_sqlstate = "40P01"},
    {.sign = "Disk Full",
     .text = "the cluster has no room left: drop what nobody needs, vacuum, or give it more nodes"},
    {.sign = "not authorized to assume IAM Role",
     .text = "is the role under [IAM_ROLE] ARN attached to the cluster?"},
    {.sign = "Access Denied",
     .text =
         "may the role under [IAM_ROLE] ARN list the bucket under [S3] STAGING, and those of what is loaded "
         "direct, and get their objects?"},
    {.sign = "must be addressed using the specified endpoint",
     .text =
         "what is loaded direct must be in the region of the bucket under [S3] STAGING; let it be lifted"},
    {.sign = "S3 prefix",
     .text =
         "the cluster does not see what was put below [S3] STAGING, or the sources of what is loaded direct: "
         "is the bucket one of AWS's, and does nothing else remove objects there?"},
    {.sign = "Invalid JSONPath format",
     .text =
         "a record lacks the element of an array that a path names, which a COPY takes for an error; let it "
         "be lifted"},
    {.sign = "nonexistent table", .text = "it went during the run; nothing was committed; run it again"},
    {.sign = "not supported on Redshift tables",
     .text =
         "functions such as now() and current_timestamp run on the leader node alone, which has no rows of "
         "tables; write the SELECT without them"},
    {.sign = "correlated subquery pattern is not supported", .text = "write the subquery as a join"},
    {.sign = "permission denied", .text = "ask the owner of the database to grant this user what is missing"},
    {.sign = "Value too long for character type",
     .text = "the SELECT gives a text longer than the model declares its column; Redshift counts bytes"},
    {.sign = "Cannot insert a NULL value",
     .text = "the SELECT gives rows without a value there: let it be null, or leave such rows out"},
    {.sqlstate = "42P01",
     .text = "starlift status lists the tables, starlift etl makes those of the definition"},
};

}  // namespace

const libpq::ServerKind kServerKind{
    .name = "Redshift",
    .default_port = "5439",
    .default_ssl_mode = "require",
    .verifying_ssl_mode = "verify-full",
    .session_settings = kSessionSettings,
    .advice = kAdvice,
    .lost_sqlstate = "08006",
};

}  // namespace starlift::redshift
