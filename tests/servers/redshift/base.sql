-- What a database has in Redshift and lacks in PostgreSQL: loaded into every database of the double.
create schema redshift;

-- VARCHAR as DG r_Character_types describes it: its length is in bytes; trailing blanks do not count when it is
-- compared, grouped or joined, and are kept otherwise; its order is bytewise. It is text with the operators of
-- bpchar, which do just that.
create type redshift.varchar;
create function redshift.varchar_in(cstring) returns redshift.varchar
    language internal immutable strict parallel safe as 'textin';
create function redshift.varchar_out(redshift.varchar) returns cstring
    language internal immutable strict parallel safe as 'textout';
create type redshift.varchar (
    input = redshift.varchar_in, output = redshift.varchar_out, typmod_in = varchartypmodin,
    typmod_out = varchartypmodout, like = text, category = 'S', collatable = true);
create cast (redshift.varchar as text) without function as implicit;
create cast (text as redshift.varchar) without function as assignment;
create cast (pg_catalog.varchar as redshift.varchar) without function as assignment;
create cast (redshift.varchar as pg_catalog.varchar) without function as assignment;

-- Assigning text that is too long is an error unless only blanks are too much; a cast cuts, at a whole character.
create function redshift.varchar_fit(value redshift.varchar, typmod integer, is_cast boolean) returns redshift.varchar
    language plpgsql immutable strict parallel safe as $$
declare
    size integer := typmod - 4;
    bytes bytea;
begin
    if size < 0 or octet_length(value::text) <= size then
        return value;
    end if;
    bytes := convert_to(value::text, 'UTF8');
    while size > 0 and get_byte(bytes, size) between 128 and 191 loop
        size := size - 1;
    end loop;
    if not is_cast and rtrim(value::text, ' ') <> rtrim(convert_from(substring(bytes for size), 'UTF8'), ' ') then
        raise exception 'Value too long for character type' using errcode = 'XX000',
            detail = format('value of %s bytes, column of %s', octet_length(bytes), typmod - 4);
    end if;
    return convert_from(substring(bytes for size), 'UTF8')::redshift.varchar;
end $$;
create cast (redshift.varchar as redshift.varchar)
    with function redshift.varchar_fit(redshift.varchar, integer, boolean) as implicit;

do $$
declare
    op record;
begin
    for op in select * from (values
        ('=', 'eq', '=', '<>', 'eqsel', 'eqjoinsel'), ('<>', 'ne', '<>', '=', 'neqsel', 'neqjoinsel'),
        ('<', 'lt', '>', '>=', 'scalarltsel', 'scalarltjoinsel'),
        ('<=', 'le', '>=', '>', 'scalarlesel', 'scalarlejoinsel'),
        ('>', 'gt', '<', '<=', 'scalargtsel', 'scalargtjoinsel'),
        ('>=', 'ge', '<=', '<', 'scalargesel', 'scalargejoinsel')) as o(name, function, commutator, negator, s, j)
    loop
        execute format('create function redshift.varchar_%s(redshift.varchar, redshift.varchar) returns boolean '
            'language internal immutable strict parallel safe as %L', op.function, 'bpchar' || op.function);
        execute format('create operator redshift.%s (leftarg = redshift.varchar, rightarg = redshift.varchar, '
            'function = redshift.varchar_%s, commutator = operator(redshift.%s), negator = operator(redshift.%s), '
            'restrict = %s, join = %s%s)', op.name, op.function, op.commutator, op.negator, op.s, op.j,
            case op.name when '=' then ', hashes, merges' else '' end);
    end loop;
end $$;
create function redshift.varchar_cmp(redshift.varchar, redshift.varchar) returns integer
    language internal immutable strict parallel safe as 'bpcharcmp';
create function redshift.varchar_hash(redshift.varchar) returns integer
    language internal immutable strict parallel safe as 'hashbpchar';
create operator class redshift.varchar_ops default for type redshift.varchar using btree as
    operator 1 redshift.<, operator 2 redshift.<=, operator 3 redshift.=, operator 4 redshift.>=,
    operator 5 redshift.>, function 1 redshift.varchar_cmp(redshift.varchar, redshift.varchar);
create operator class redshift.varchar_ops default for type redshift.varchar using hash as
    operator 1 redshift.=, function 1 redshift.varchar_hash(redshift.varchar);
create function redshift.varchar_larger(redshift.varchar, redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'bpchar_larger';
create function redshift.varchar_smaller(redshift.varchar, redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'bpchar_smaller';
create aggregate redshift.max(redshift.varchar) (sfunc = redshift.varchar_larger, stype = redshift.varchar);
create aggregate redshift.min(redshift.varchar) (sfunc = redshift.varchar_smaller, stype = redshift.varchar);

-- Functions of text give VARCHAR, so that what is made of it compares like it.
create function redshift.concatenate(redshift.varchar, redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'textcat';
create operator redshift.|| (leftarg = redshift.varchar, rightarg = redshift.varchar, function = redshift.concatenate);
create function redshift.lower(redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'lower';
create function redshift.upper(redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'upper';
create function redshift.md5(redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'md5_text';
create function redshift."left"(redshift.varchar, integer) returns redshift.varchar
    language internal immutable strict parallel safe as 'text_left';
create function redshift."right"(redshift.varchar, integer) returns redshift.varchar
    language internal immutable strict parallel safe as 'text_right';
create function redshift."substring"(redshift.varchar, integer, integer) returns redshift.varchar
    language internal immutable strict parallel safe as 'text_substr';
create function redshift.rtrim(redshift.varchar, redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'rtrim';
create function redshift.rtrim(redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'rtrim1';
create function redshift.ltrim(redshift.varchar, redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'ltrim';
create function redshift.ltrim(redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'ltrim1';
create function redshift.replace(redshift.varchar, redshift.varchar, redshift.varchar) returns redshift.varchar
    language internal immutable strict parallel safe as 'replace_text';
create function redshift.chr(integer) returns redshift.varchar
    language internal immutable strict parallel safe as 'chr';
create function redshift.len(redshift.varchar) returns integer
    language internal immutable strict parallel safe as 'textlen';
create function redshift.length(redshift.varchar) returns integer
    language internal immutable strict parallel safe as 'textlen';

-- DG REGEXP_SUBSTR: an empty text where nothing matches.
create function redshift.regexp_substr(redshift.varchar, text) returns redshift.varchar
    language sql immutable strict parallel safe as
    $$ select coalesce(pg_catalog.regexp_substr($1::text, $2), '')::redshift.varchar $$;

-- DG IS_VALID_JSON, IS_VALID_JSON_ARRAY: the one is for objects, the other for arrays.
create function redshift.is_json(value text, kind text) returns boolean
    language plpgsql immutable strict parallel safe as $$
begin
    return json_typeof(value::json) = kind;
exception when invalid_text_representation then
    return false;
end $$;
create function redshift.is_valid_json(redshift.varchar) returns boolean
    language sql immutable strict parallel safe as $$ select redshift.is_json($1::text, 'object') $$;
create function redshift.is_valid_json_array(redshift.varchar) returns boolean
    language sql immutable strict parallel safe as $$ select redshift.is_json($1::text, 'array') $$;

-- DG r_CAST_function: BOOLEAN does not become VARCHAR.
create function redshift.no_boolean_text(boolean) returns redshift.varchar language plpgsql as $$
begin
    raise exception 'cannot cast type boolean to character varying' using errcode = 'XX000';
end $$;
create cast (boolean as redshift.varchar) with function redshift.no_boolean_text(boolean);

-- DG r_AVG: the mean of integers is a BIGINT.
create function redshift.add_to_mean(bigint[], bigint) returns bigint[]
    language sql immutable strict parallel safe as
    'select array[$1[1] + $2, $1[2] + 1]';
create function redshift.mean(bigint[]) returns bigint language sql immutable strict parallel safe as
    'select case when $1[2] > 0 then $1[1] / $1[2] end';
create function redshift.add_to_mean(bigint[], integer) returns bigint[]
    language sql immutable strict parallel safe as
    'select array[$1[1] + $2, $1[2] + 1]';
create function redshift.add_to_mean(bigint[], smallint) returns bigint[]
    language sql immutable strict parallel safe as
    'select array[$1[1] + $2, $1[2] + 1]';
create aggregate redshift.avg(bigint)
    (sfunc = redshift.add_to_mean, stype = bigint[], finalfunc = redshift.mean, initcond = '{0,0}');
create aggregate redshift.avg(integer)
    (sfunc = redshift.add_to_mean, stype = bigint[], finalfunc = redshift.mean, initcond = '{0,0}');
create aggregate redshift.avg(smallint)
    (sfunc = redshift.add_to_mean, stype = bigint[], finalfunc = redshift.mean, initcond = '{0,0}');

-- DG r_STRTOL, r_DATEDIFF_function, r_DATEADD_function, r_GETDATE, r_SYSDATE. The parts come in their long names.
create function redshift.strtol(text, integer) returns bigint
    language plpgsql immutable strict parallel safe as $$
declare
    digit integer;
    value numeric := 0;
    word text := lower($1);
begin
    for i in 1 .. length(word) loop
        digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(word, i, 1)) - 1;
        if digit < 0 or digit >= $2 then
            raise exception 'Invalid digit, Value ''%'', Pos %, Type: Long', substr(word, i, 1), i - 1;
        end if;
        value := value * $2 + digit;
    end loop;
    return value::bigint;
end $$;

create function redshift.boundaries(part text, moment timestamp) returns bigint
    language sql immutable strict parallel safe as $$
    select case part
        when 'year' then extract(year from moment)::bigint
        when 'month' then extract(year from moment)::bigint * 12 + extract(month from moment)::bigint
        else floor(extract(epoch from moment) * 1000000
            / case part when 'day' then 86400000000 when 'hour' then 3600000000 when 'minute' then 60000000
                when 'second' then 1000000 when 'millisecond' then 1000 when 'microsecond' then 1 end)::bigint
    end $$;
create function redshift.datediff(part text, first timestamp, second timestamp) returns bigint
    language sql immutable strict parallel safe as
    'select redshift.boundaries(part, second) - redshift.boundaries(part, first)';
create function redshift.dateadd(part text, count bigint, moment timestamp) returns timestamp
    language sql immutable strict parallel safe as $$
    select moment + case part when 'year' then count * interval '1 year' when 'month' then count * interval '1 month'
        when 'day' then count * interval '1 day' when 'hour' then count * interval '1 hour'
        when 'minute' then count * interval '1 minute' when 'second' then count * interval '1 second'
        when 'millisecond' then count * interval '1 millisecond'
        when 'microsecond' then count * interval '1 microsecond' end $$;
create function redshift.getdate() returns timestamp language sql stable as
    $$ select date_trunc('second', statement_timestamp() at time zone 'UTC') $$;
create function redshift.sysdate() returns timestamp language sql stable as
    $$ select transaction_timestamp() at time zone 'UTC' $$;

-- Keys are declared and not kept (DG t_Defining_constraints); the double remembers them for what refers to them.
create table redshift.keys (relation oid, columns text[]);
create table redshift."references" (relation oid, referenced oid);

-- DG r_STL_LOAD_ERRORS, SYS_LOAD_ERROR_DETAIL, SYS_LOAD_DETAIL, SYS_LOAD_HISTORY, r_STL_LOAD_COMMITS, r_STV_SLICES.
-- Rows are written by a session of their own: a transaction that rolls back leaves them. They are shown from their
-- time on, which may lie ahead.
create function redshift.is_told(moment timestamp) returns boolean language sql volatile as
    $$ select moment <= clock_timestamp() at time zone 'UTC' $$;
create table redshift.load_errors (
    query_id bigint, session_id integer, table_id integer, started timestamp, file_name text, line_number bigint,
    column_name text, column_type text, column_length text, position integer, raw_line text, raw_field text,
    error_code integer, error_message text);
create view redshift.stl_load_errors as
    select 100 as userid, 0 as slice, table_id as tbl, started as starttime, session_id as session,
        query_id::integer as query, file_name::char(256) as filename, line_number, column_name::char(127) as colname,
        column_type::char(10) as type, column_length::char(10) as col_length, "position",
        left(raw_line, 1024)::char(1024) as raw_line, left(raw_field, 1024)::char(1024) as raw_field_value,
        error_code as err_code, left(error_message, 100)::char(100) as err_reason, 0 as is_partial,
        0::bigint as start_offset
    from redshift.load_errors where redshift.is_told(started);
create view redshift.sys_load_error_detail as
    select 100 as user_id, query_id, 0::bigint as transaction_id, session_id,
        current_database()::char(64) as database_name, table_id, started as start_time,
        file_name::char(256) as file_name, line_number, column_name::char(127) as column_name,
        column_type::char(10) as column_type, column_length::char(10) as column_length, "position",
        error_code, error_message::char(512) as error_message
    from redshift.load_errors where redshift.is_told(started);

create table redshift.load_files (
    query_id bigint, session_id integer, file_name text, bytes_scanned bigint, lines_scanned bigint, at timestamp,
    file_etag text);
create view redshift.sys_load_detail as
    select 100 as user_id, query_id::integer as query_id, file_name::char(256) as file_name,
        bytes_scanned::integer as bytes_scanned, lines_scanned::integer as lines_scanned, at as record_time,
        1 as splits_scanned, at as start_time, at as end_time, file_etag::char(256) as file_etag,
        at as file_last_modified
    from redshift.load_files where redshift.is_told(at);
create view redshift.stl_load_commits as
    select 100 as userid, query_id::integer as query, 0 as slice, 'name'::char(256) as name,
        file_name::char(256) as filename, 0 as byte_offset, lines_scanned::integer as lines_scanned, 0 as errors,
        at as curtime, 1 as status
    from redshift.load_files where redshift.is_told(at);

create table redshift.loads (
    query_id bigint, session_id integer, status text, table_name text, started timestamp, ended timestamp,
    data_source text, file_format text, loaded_rows bigint, loaded_bytes bigint, source_file_count integer,
    source_file_bytes bigint, error_count bigint, told timestamp);
create view redshift.sys_load_history as
    select 100 as user_id, query_id, 0::bigint as transaction_id, session_id, current_database()::text as database_name,
        status, table_name, started as start_time, ended as end_time,
        (extract(epoch from ended - started) * 1000000)::bigint as duration, data_source, file_format, loaded_rows,
        loaded_bytes, source_file_count, source_file_bytes, source_file_count as file_count_scanned,
        source_file_bytes as file_bytes_scanned,
        case when redshift.is_told(told) then error_count else 0 end as error_count, 0::bigint as copy_job_id
    from redshift.loads;

create view redshift.stv_slices as
    select node, slice, node * 2 + slice as localslice, 'D'::char(1) as type
    from generate_series(0, 1) as node, generate_series(0, 1) as slice;
