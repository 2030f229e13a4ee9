"""Subqueries that refer to the query around them, and the patterns of it that Redshift refuses.

DG r_correlated_subqueries. References are seen by the name before the point; a column without one is taken to be of
the innermost query.
"""

from pglast import ast, enums

from refusal import Refusal

MESSAGE = "This type of correlated subquery pattern is not supported due to internal error"


def check_correlations(statement):
    Walk().visit(statement, Scope(None, set(), is_in_outer_join=False))


class Scope:
    """The names of a query block's FROM, and the block around it."""

    def __init__(self, outer, names, is_in_outer_join):
        self.outer, self.names, self.is_in_outer_join = outer, names, is_in_outer_join
        self.has_window = self.is_correlated = False


class Walk:
    def visit(self, node, scope, is_in_outer_join=False):
        if isinstance(node, (tuple, list)):
            for each in node:
                self.visit(each, scope, is_in_outer_join)
        elif isinstance(node, (ast.SelectStmt, ast.UpdateStmt, ast.DeleteStmt)):
            self._block(node, scope, is_in_outer_join)
        elif isinstance(node, ast.JoinExpr):
            self.visit(node.larg, scope)
            self.visit(node.rarg, scope)
            self.visit(node.quals, scope, node.jointype != enums.JoinType.JOIN_INNER)
        elif isinstance(node, ast.ColumnRef):
            self._reference(node, scope)
        elif isinstance(node, ast.Node):
            if isinstance(node, ast.FuncCall) and node.over:
                scope.has_window = True
            for attribute in node:
                self.visit(getattr(node, attribute), scope, is_in_outer_join)

    def _block(self, node, outer, is_in_outer_join):
        names = set()
        for attribute in ("fromClause", "usingClause", "relation"):
            add_names(getattr(node, attribute, None), names)
        scope = Scope(outer, names, is_in_outer_join)
        for attribute in node:
            self.visit(getattr(node, attribute), scope)
        if scope.is_correlated and scope.has_window:
            raise Refusal(f"{MESSAGE}: it contains a window function")

    def _reference(self, node, scope):
        if len(node.fields) < 2 or not isinstance(node.fields[-2], ast.String):
            return
        name, levels, block = node.fields[-2].sval, 0, scope
        while block and name not in block.names:
            block, levels = block.outer, levels + 1
        if block is None or levels == 0:
            return
        scope.is_correlated = True
        if levels > 1:
            raise Refusal(f"{MESSAGE}: {name} is more than one query block away")
        if scope.is_in_outer_join:
            raise Refusal(f"{MESSAGE}: it is part of an outer join's ON")


def add_names(node, names):
    if isinstance(node, (tuple, list)):
        for each in node:
            add_names(each, names)
    elif isinstance(node, ast.JoinExpr):
        add_names((node.larg, node.rarg), names)
    elif isinstance(node, (ast.RangeVar, ast.RangeSubselect)):
        names.add(node.alias.aliasname if node.alias else node.relname)
