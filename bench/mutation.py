"""Mutation testing of the dates of limitation: one operator, constant or condition is changed at a time.

A mutant that no test kills is a line that no test protects. Run by `make mutation`, never by `make test`.
`python bench/mutation.py [module …] [every=4]` restricts the run to some modules, or to one mutant in four;
the survivors are listed with their lines.
"""

from __future__ import annotations

import ast
import copy
import importlib.util
import os
import resource
import signal
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
MODULES = (
    *("calendar", "acts", "running", "timeline", "limitation_inquiry", "limitation", "limitation_result"),
    *("limitation_options", "durations", "publication_dates", "relative_dates", "relative_words"),
    *("limitation_input", "rules", "urgency", "changed_law"),
)
OTHERS = (
    *("test_limitation_dates.py", "test_acts.py", "test_decided_cases.py", "test_relative_dates.py"),
    *("test_durations.py", "test_law_limitation_command.py", "test_calendar.py", "test_urgency.py"),
)
# The test module that speaks first of each law module: most mutants die there, at once.
OWN = {
    "calendar": "test_calendar.py",
    "acts": "test_acts.py",
    "durations": "test_durations.py",
    "relative_dates": "test_relative_dates.py",
    "relative_words": "test_relative_dates.py",
    "changed_law": "test_changed_law.py",
    "publication_dates": "test_relative_dates.py",
    "limitation_input": "test_law_limitation_command.py",
    "limitation_options": "test_law_limitation_command.py",
    "rules": "test_rules.py",
    "urgency": "test_urgency.py",
}
SLOW = ("test_limitation_properties.py",)
# A mutant that loops burns the processor; a busy machine only makes everybody wait, and proves nothing.
CPU_SECONDS = 60
WALL_SECONDS = 900
SCORE_WANTED = 90
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


def survives(module: str, tree: ast.Module) -> bool:
    """Ask the module's own tests, then all the others, then the properties; stop at the first that fails."""
    return not any(killed(module, tree, tests) for tests in stages(module))


def stages(module: str) -> tuple[tuple[str, ...], ...]:
    """Give the tests to ask, quickest to speak first."""
    return (OWN.get(module, "test_limitation_dates.py"),), OTHERS, SLOW


def killed(module: str, tree: ast.Module, tests: tuple[str, ...], *, aloud: bool = False) -> bool:
    """Run some tests against one mutant in a child process; a hang counts as killed."""
    child = os.fork()
    if child == 0:
        _run_child(module, tree, tests, aloud=aloud)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(WALL_SECONDS)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return status != 0


def _run_child(module: str, tree: ast.Module, tests: tuple[str, ...], *, aloud: bool) -> None:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if not aloud:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
    try:
        _install(module, tree)
        paths = [str(ROOT / "tests/law" / name) for name in tests]
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *paths]))
    except BaseException:  # noqa: BLE001 - whatever a mutant breaks, it is killed
        code = 1
    os._exit(code)


def _install(module: str, tree: ast.Module) -> None:
    """Put the mutated module in the place of the real one, before any test imports it."""
    import casefile.law

    name = f"casefile.law.{module}"
    spec = importlib.util.find_spec(name)
    mutated = importlib.util.module_from_spec(spec)
    sys.modules[name] = mutated
    setattr(casefile.law, module, mutated)
    exec(compile(tree, spec.origin, "exec"), mutated.__dict__)


def main(chosen: list[str]) -> int:
    """Mutate each module in turn and print the score and the survivors."""
    for shared in ("holidays", "hypothesis", "pytest", "workalendar.europe"):
        importlib.import_module(shared)  # loaded once here, shared by every child
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    step = next((int(word.removeprefix("every=")) for word in chosen if word.startswith("every=")), 1)
    modules = [word for word in chosen if not word.startswith("every=")] or MODULES
    total, survived = 0, 0
    for module in modules:
        source = (ROOT / "casefile/law" / f"{module}.py").read_text("utf-8")
        if any(killed(module, ast.parse(source), tests, aloud=True) for tests in stages(module)):
            print(f"{module}: the tests above already fail without any mutant")
            return 1
        for line, change, tree in islice(mutants(source), 0, None, step):
            total += 1
            if survives(module, tree):
                survived += 1
                print(f"survivor {module}.py:{line} {change}: {source.splitlines()[line - 1].strip()}", flush=True)
        print(f"{module}: {total} mutants so far, {survived} survivors", flush=True)
    score = 100 * (total - survived) / total
    print(f"{total} mutants, {total - survived} killed, score {score:.1f} %")
    return 0 if score >= SCORE_WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
