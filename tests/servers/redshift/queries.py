"""What SELECT, INSERT, UPDATE and DELETE may be made of: an allow-list, each entry with its page of the guide.

A statement is looked at as PostgreSQL's own parser sees it; a kind of node, a function or an operator that is not
listed here is refused.
"""

from pglast import ast, enums, parse_sql
from pglast.parser import ParseError

from correlation import check_correlations
from refusal import Refusal, unlisted

FUNCTIONS = {
    # Aggregates: c_Aggregate_Functions
    "count": "r_COUNT", "sum": "r_SUM", "min": "r_MIN", "max": "r_MAX", "avg": "r_AVG",
    # Ranking windows: c_Window_functions
    "row_number": "r_WF_ROW_NUMBER", "rank": "r_WF_RANK", "dense_rank": "r_WF_DENSE_RANK",
    "lag": "r_WF_LAG", "lead": "r_WF_LEAD",
    # Text: String_functions_header
    "lower": "r_LOWER", "upper": "r_UPPER", "left": "r_LEFT", "right": "r_LEFT", "substring": "r_SUBSTRING",
    "rtrim": "r_RTRIM", "ltrim": "r_LTRIM", "btrim": "r_TRIM", "replace": "r_REPLACE", "md5": "r_MD5",
    "strtol": "r_STRTOL", "len": "r_LEN", "length": "r_LENGTH", "chr": "r_CHR", "regexp_substr": "REGEXP_SUBSTR",
    # JSON: json-functions
    "is_valid_json": "IS_VALID_JSON", "is_valid_json_array": "IS_VALID_JSON_ARRAY",
    # Numbers: Math_functions
    "abs": "r_ABS", "floor": "r_FLOOR", "ceil": "r_CEILING_FLOOR", "round": "r_ROUND", "trunc": "r_TRUNC",
    "mod": "r_MOD",
    # Time: Date_functions_header
    "extract": "r_EXTRACT_function", "date_trunc": "r_DATE_TRUNC", "datediff": "r_DATEDIFF_function",
    "dateadd": "r_DATEADD_function", "getdate": "r_GETDATE", "sysdate": "r_SYSDATE",
}
AGGREGATES = {"count", "sum", "min", "max", "avg"}
# They run on the leader node, which knows no user tables (c_SQL_functions_leader_node_only).
LEADER_FUNCTIONS = {"current_schema", "current_schemas", "now", "age", "has_schema_privilege", "has_table_privilege",
                    "has_database_privilege", "current_database", "generate_series", "pg_backend_pid"}
UNSUPPORTED_FUNCTIONS = {"substr": 'function "substr" is not supported (Hint: use SUBSTRING instead)'}

OPERATORS = {
    "=": "r_comparison_condition", "<>": "r_comparison_condition", "<": "r_comparison_condition",
    ">": "r_comparison_condition", "<=": "r_comparison_condition", ">=": "r_comparison_condition",
    "+": "r_OPERATOR_SYMBOLS", "-": "r_OPERATOR_SYMBOLS", "*": "r_OPERATOR_SYMBOLS", "/": "r_OPERATOR_SYMBOLS",
    "%": "r_OPERATOR_SYMBOLS", "||": "r_concat_op", "~~": "r_patternmatching_condition_like",
    "!~~": "r_patternmatching_condition_like", "~": "pattern-matching-conditions-posix",
}
EXPRESSIONS = {
    enums.A_Expr_Kind.AEXPR_OP: "r_expressions", enums.A_Expr_Kind.AEXPR_IN: "r_in_condition",
    enums.A_Expr_Kind.AEXPR_LIKE: "r_patternmatching_condition_like",
    enums.A_Expr_Kind.AEXPR_NULLIF: "r_NULLIF_function",
    enums.A_Expr_Kind.AEXPR_BETWEEN: "r_range_condition", enums.A_Expr_Kind.AEXPR_NOT_BETWEEN: "r_range_condition",
}
TYPES = {"int2", "int4", "int8", "smallint", "integer", "bigint", "numeric", "float4", "float8", "bool", "date",
         "timestamp", "varchar", "interval"}
# Nodes with nothing to look at but what they hold.
NODES = {
    "ResTarget": "r_SELECT_list", "ColumnRef": "r_expressions", "A_Star": "r_SELECT_list", "Alias": "r_FROM_clause30",
    "A_Const": "r_Literals", "BoolExpr": "r_logical_condition", "NullTest": "r_null_condition",
    "CaseExpr": "r_CASE_function", "CaseWhen": "r_CASE_function", "CoalesceExpr": "r_NVL_function",
    "MinMaxExpr": "r_GREATEST_LEAST", "ParamRef": "c_redshift-and-postgres-sql", "Integer": "r_Literals",
    "Float": "r_Literals", "String": "r_Literals", "Boolean": "r_Boolean_type", "BooleanTest": "r_Boolean_type",
    "SetToDefault": "r_INSERT_30", "TypeCast": "r_CAST_function", "SortBy": "r_ORDER_BY_clause",
    "WindowDef": "r_Window_function_synopsis",
}


def check_query(sql):
    """Checks a rendered statement; returns what it is: its parsed node. The text is PostgreSQL's by now."""
    try:
        [raw] = parse_sql(sql)
    except ParseError as error:
        raise Refusal(error.args[0].split(", at index")[0]) from None
    except ValueError:
        raise Refusal("cannot insert multiple commands into a prepared statement") from None
    names = set()
    look_at(raw.stmt, names)
    check_leader_node(raw.stmt, names)
    check_correlations(raw.stmt)
    return raw.stmt


def look_at(node, names, is_insert_source=False):
    """Checks a node and all below it; gathers the functions in `names`."""
    if isinstance(node, (tuple, list)):
        for each in node:
            look_at(each, names)
        return
    if not isinstance(node, ast.Node):
        return
    kind = type(node).__name__
    if kind == "SelectStmt" and node.valuesLists and not is_insert_source:
        raise unlisted("VALUES as a table (c_unsupported-postgresql-features)")
    if check := CHECKS.get(kind):
        check(node)
    elif kind not in NODES:
        raise unlisted(kind)
    if kind == "FuncCall":
        names.add(node.funcname[-1].sval)
    for attribute in node:
        look_at(getattr(node, attribute), names, kind == "InsertStmt" and attribute == "selectStmt")


def refuse_if(condition, what):
    if condition:
        raise unlisted(what)


def check_select(node):
    """r_SELECT_synopsis, r_WITH_clause, r_UNION, r_ORDER_BY_clause."""
    if node.distinctClause and node.distinctClause[0] is not None:
        raise Refusal("SELECT DISTINCT ON is not supported")
    refuse_if(node.intoClause, "SELECT INTO")
    refuse_if(node.lockingClause, "SELECT FOR UPDATE (c_unsupported-postgresql-features)")
    refuse_if(node.windowClause, "named windows (r_Window_function_synopsis)")
    refuse_if(node.limitOption == enums.LimitOption.LIMIT_OPTION_WITH_TIES, "WITH TIES")
    refuse_if(node.groupDistinct, "GROUP BY DISTINCT")


def check_insert(node):
    """r_INSERT_30."""
    refuse_if(node.onConflictClause, "ON CONFLICT (c_unsupported-postgresql-features)")
    refuse_if(node.returningList, "RETURNING (c_unsupported-postgresql-features)")
    refuse_if(node.withClause, "WITH before INSERT (r_INSERT_30)")
    refuse_if(node.override, "OVERRIDING")


def check_update(node):
    """r_UPDATE: no outer joins in FROM."""
    refuse_if(node.returningList, "RETURNING (c_unsupported-postgresql-features)")
    refuse_if(any(isinstance(item, ast.JoinExpr) and item.jointype != enums.JoinType.JOIN_INNER
                  for item in node.fromClause or ()), "an outer join in UPDATE (r_UPDATE)")
    refuse_if(node.relation.alias, "an alias of the table of an UPDATE")


def check_delete(node):
    """r_DELETE."""
    refuse_if(node.returningList, "RETURNING (c_unsupported-postgresql-features)")


def check_call(node):
    name = node.funcname[-1].sval
    if name in UNSUPPORTED_FUNCTIONS:
        raise Refusal(UNSUPPORTED_FUNCTIONS[name], "0A000")
    refuse_if(name not in FUNCTIONS and name not in LEADER_FUNCTIONS, f"the function {name}")
    if node.agg_filter:
        raise Refusal('syntax error at or near "("')
    refuse_if(node.agg_within_group or node.agg_order or node.func_variadic, f"this form of {name}")
    if node.over:
        refuse_if(node.agg_distinct, "DISTINCT in a window (r_Window_function_synopsis)")
        check_frame(name, node.over)


def check_frame(name, window):
    """r_Window_function_synopsis: an aggregate with ORDER BY needs a frame, and frames are of ROWS."""
    explicit = window.frameOptions & enums.FRAMEOPTION_NONDEFAULT
    refuse_if(explicit and not window.frameOptions & enums.FRAMEOPTION_ROWS, "frames other than ROWS")
    if name in AGGREGATES and window.orderClause and not explicit:
        raise Refusal(f'Aggregate window functions with an ORDER BY clause require a frame clause: "{name}"')
    refuse_if(explicit and name not in AGGREGATES, f"a frame of {name}")


def check_expression(node):
    refuse_if(node.kind not in EXPRESSIONS, f"{node.kind.name.removeprefix('AEXPR_').replace('_', ' ')}")
    is_between = node.kind in (enums.A_Expr_Kind.AEXPR_BETWEEN, enums.A_Expr_Kind.AEXPR_NOT_BETWEEN)
    refuse_if(not is_between and node.name[-1].sval not in OPERATORS, f"the operator {node.name[-1].sval}")


def check_type(node):
    refuse_if(node.arrayBounds or node.names[-1].sval not in TYPES, f"the type {node.names[-1].sval}")


def check_join(node):
    """r_FROM_clause30."""
    refuse_if(node.isNatural, "NATURAL JOIN")


def check_relation(node):
    refuse_if(not node.inh, "FROM ONLY")


def check_subselect(node):
    refuse_if(node.lateral, "LATERAL (r_FROM_clause30)")
    if not node.alias:
        raise Refusal("subquery in FROM must have an alias")


def check_sublink(node):
    kinds = enums.SubLinkType
    refuse_if(node.subLinkType not in (kinds.EXISTS_SUBLINK, kinds.ANY_SUBLINK, kinds.EXPR_SUBLINK)
              or node.operName, "this kind of subquery (r_Subquery_examples)")


def check_cte(node):
    refuse_if(node.ctematerialized != enums.CTEMaterialize.CTEMaterializeDefault, "MATERIALIZED")


def check_with(node):
    refuse_if(node.recursive, "WITH RECURSIVE")


CHECKS = {
    "SelectStmt": check_select, "InsertStmt": check_insert, "UpdateStmt": check_update, "DeleteStmt": check_delete,
    "FuncCall": check_call, "A_Expr": check_expression, "TypeName": check_type, "JoinExpr": check_join,
    "RangeVar": check_relation, "RangeSubselect": check_subselect, "SubLink": check_sublink,
    "CommonTableExpr": check_cte, "WithClause": check_with,
}


def relations(node, found=None):
    """All tables that a statement names, as (schema, name), those of its WITH excepted."""
    found = found if found is not None else ([], set())
    if isinstance(node, (tuple, list)):
        for each in node:
            relations(each, found)
    elif isinstance(node, ast.Node):
        if isinstance(node, ast.RangeVar):
            found[0].append((node.schemaname, node.relname))
        elif isinstance(node, ast.CommonTableExpr):
            found[1].add((None, node.ctename))
        for attribute in node:
            relations(getattr(node, attribute), found)
    return [relation for relation in found[0] if relation not in found[1]]


CATALOG = {"pg_tables": "r_PG_TABLE_DEF", "columns": "c_join_PG", "pg_namespace": "c_intro_catalog_views"}
SYSTEM_VIEWS = {
    "stl_load_errors": "r_STL_LOAD_ERRORS", "sys_load_error_detail": "SYS_LOAD_ERROR_DETAIL",
    "sys_load_detail": "SYS_LOAD_DETAIL", "sys_load_history": "SYS_LOAD_HISTORY",
    "stl_load_commits": "r_STL_LOAD_COMMITS", "stv_slices": "r_STV_SLICES",
}


def is_catalog(relation):
    schema, name = relation
    return schema in ("pg_catalog", "information_schema") or schema is None and name.startswith("pg_")


def is_system_view(relation):
    return relation[0] in (None, "pg_catalog") and relation[1] in SYSTEM_VIEWS


def check_leader_node(statement, names):
    """The catalogue, and functions of the leader node, cannot meet user tables (c_join_PG)."""
    named = relations(statement)
    catalog = [relation for relation in named if is_catalog(relation) and not is_system_view(relation)]
    users = [relation for relation in named if not is_catalog(relation) and not is_system_view(relation)]
    for relation in catalog:
        refuse_if(relation[1] not in CATALOG, f"the catalogue's {relation[1]}")
    if users and (catalog or names & LEADER_FUNCTIONS):
        raise Refusal("Specified types or functions (one per INFO message) not supported on Redshift tables.", "0A000")
    views = [relation for relation in named if is_system_view(relation)]
    refuse_if(views and len(views) < len(named), "a system view joined with other tables")
    refuse_if(any(relation[0] == "redshift" for relation in named), "the schema redshift")
