"""One operator, constant or condition of a module changed at a time: what a careless edit of the law could do."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SWAPS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def mutants(source: str) -> Iterator[tuple[int, str, ast.Module]]:
    """Yield (line, what changed, mutated tree) for each place that can be changed."""
    tree = ast.parse(source)
    skipped = _left_alone(tree)
    for index, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for name, change in _changes(node):
            twin = copy.deepcopy(tree)
            change(list(ast.walk(twin))[index])
            yield node.lineno, name, ast.fix_missing_locations(twin)


def _left_alone(tree: ast.AST) -> set[int]:
    """Annotations, decorators and type-only imports carry no behaviour to protect."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef):
            parts = [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        elif isinstance(node, ast.ClassDef):
            parts = list(node.decorator_list)
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            parts = [node]
        skipped |= {id(part) for top in parts for part in ast.walk(top)}
    return skipped


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Yield (name, change) for one place; each change edits the twin of the node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in SWAPS:
        yield type(node.ops[0]).__name__, _swap_comparison
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in SWAPS:
        yield type(node.op).__name__, _swap_operator
    elif isinstance(node, ast.Constant) and type(node.value) in {bool, int}:
        yield type(node.value).__name__, _shift_constant
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield node.func.id, _swap_call
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", _drop_not
    if isinstance(node, ast.Return) and node.value is not None:
        yield "return", _return_nothing
    if isinstance(node, ast.If | ast.IfExp) and not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield "if", _negate_test


def _swap_comparison(node: Any) -> None:
    node.ops[0] = SWAPS[type(node.ops[0])]()


def _swap_operator(node: Any) -> None:
    node.op = SWAPS[type(node.op)]()


def _shift_constant(node: Any) -> None:
    node.value = not node.value if type(node.value) is bool else node.value + 1


def _swap_call(node: Any) -> None:
    node.func.id = CALLS[node.func.id]


def _drop_not(node: Any) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _return_nothing(node: Any) -> None:
    is_none = isinstance(node.value, ast.Constant) and node.value.value is None
    node.value = ast.Constant("mutated" if is_none else None)


def _negate_test(node: Any) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)
