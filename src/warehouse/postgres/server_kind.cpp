#include "warehouse/postgres/server_kind.h"

namespace starlift::postgres {

namespace {

/// Makes cells look alike whatever the server, the database or the user has set, keeps notices ("already
/// exists, skipping") to itself, and does not give a session up that waits for objects to arrive. The default
/// schema is the same for all users: one that has a user's name would make each of them another warehouse.
constexpr const char* kSessionSettings[] = {R"(
set datestyle to iso;
set intervalstyle to postgres;
set timezone to 'UTC';
set extra_float_digits to 1;
set bytea_output to hex;
set standard_conforming_strings to on;
set client_min_messages to warning;
set idle_in_transaction_session_timeout to 0;
select set_config('search_path', coalesce(nullif(
    regexp_replace(current_setting('search_path'), '"?\$user"?\s*,?\s*', ''), ''), 'public'), false))"};

// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr libpq::StatementAdvice kAdvice[] = {
    {.sqlstate = "42501",
     .text = "ask the owner of the database to grant this user what is missing: create on the database, and "
             "the tables that another user made"},
    {.sqlstate = "42P01",
     .text = "starlift status lists the tables, starlift etl makes those of the definition"},
    {.sqlstate = "53100", .text = "free some space on the server's disk, nothing was committed"},
    {.sqlstate = "53200", .text = "the server is out of memory, nothing was committed"},
    {.sqlstate = "23502",
     .text = "the SELECT gives rows without a value there: let it be null, or leave such rows out"},
    {.sqlstate = "23505", .text = "the SELECT gives more than one row for a key"},
    {.sqlstate = "22001", .text = "the SELECT gives a text longer than the model declares its column"},
    {.sqlstate = "25006", .text = "the server or this user may only read: name the primary server"},
    {.sqlstate = "2BP01", .text = "drop what depends on the table, or create it again after the run"},
};

}  // namespace

const libpq::ServerKind kServerKind{
    .name = "PostgreSQL", .session_settings = kSessionSettings, .advice = kAdvice};

}  // namespace starlift::postgres
