"""Mutation testing of `casefile/law/`: one operator, constant or condition is changed at a time, and a test must fail.

A mutant that no test kills is a line that no test protects. Run by `make mutation`, never by `make test`.
`python bench/mutation.py [module …] [every=4] [record=PATH] [learned=PATH]` restricts the run to some modules or to one
mutant in four, keeps score and survivors, module by module, in a file, and what the tests pass over in another.

The tests of the law run once under coverage; each mutant then faces the tests that pass over its line, quickest
first, in a forked child, for at most ASKED seconds: what is not killed in that time is counted as a survivor.
"""

from __future__ import annotations

import ast
import gc
import json
import os
import re
import resource
import signal
import sys
import time
import types
from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
LAW = ROOT / "casefile/law"
LAW_CODE = "casefile.law."
# A mutant that loops burns the processor; a busy machine only makes everybody wait, and proves nothing.
CPU_SECONDS = 40
WALL_SECONDS = 900
MEMORY = 6 << 30
ASKED = 5.0
SCORE_WANTED = 90
IMPORTS = re.compile(r"^\s*from casefile\.law(?:\.(\w+) import| import (.+)$)", re.MULTILINE)


class Court:
    """Take the place of pytest's loop: learn which test passes over which line, then judge the mutants."""

    def __init__(self, modules: list[str], step: int, record: Path | None, learned: Path | None) -> None:
        self.modules, self.step, self.record, self.learned = modules, step, record, learned
        self.seconds: dict[str, float] = {}
        self.over: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.totals: dict[str, tuple[int, int]] = {}

    def pytest_runtestloop(self, session: Any) -> bool:
        """Run by pytest once everything is imported and collected."""
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        self._recall() if self.learned and self.learned.exists() else self._learn()
        self.functions = [
            one for one in gc.get_objects() if isinstance(one, types.FunctionType) and LAW_CODE in str(one.__module__)
        ]
        gc.freeze()
        print(f"{len(self.seconds)} tests of {len(self.items)} pass and judge", flush=True)
        for module in self.modules:
            self._judge(module)
        return True

    def _learn(self) -> None:
        import coverage

        cover = coverage.Coverage(data_file=None, source=[str(LAW)], config_file=False)
        cover.start()
        for name, item in self.items.items():
            cover.switch_context(name)
            started = time.process_time()
            if self._passes(item):
                self.seconds[name] = time.process_time() - started
        cover.stop()
        data = cover.get_data()
        for file in data.measured_files():
            for line, names in data.contexts_by_lineno(file).items():
                self.over[Path(file).stem, line] |= self.seconds.keys() & set(names)
        if self.learned:
            over = [[module, line, sorted(names)] for (module, line), names in self.over.items()]
            self.learned.write_text(json.dumps({"seconds": self.seconds, "over": over}), "utf-8")

    def _recall(self) -> None:
        assert self.learned
        known = json.loads(self.learned.read_text("utf-8"))
        self.seconds = {name: spent for name, spent in known["seconds"].items() if name in self.items}
        for module, line, names in known["over"]:
            self.over[module, line] = self.seconds.keys() & set(names)

    def _passes(self, item: Any) -> bool:
        from _pytest.runner import runtestprotocol

        return all(not report.failed for report in runtestprotocol(item, log=False, nextitem=None))

    def _judge(self, module: str) -> None:
        source = (LAW / f"{module}.py").read_text("utf-8")
        survivors, total = [], 0
        for line, change, tree, lines in islice(placed(source), 0, None, self.step):
            total += 1
            if not self._killed(module, tree, lines):
                survivors.append(f"{module}.py:{line} {change}: {source.splitlines()[line - 1].strip()}")
                print("survivor", survivors[-1], flush=True)
        self.totals[module] = total, len(survivors)
        print(f"{module}: {total} mutants, {total - len(survivors)} killed", flush=True)
        if self.record:
            keep(self.record, module, (total, survivors, self.step))

    def _killed(self, module: str, tree: ast.Module, lines: range | None) -> bool:
        """Judge in a child process; a hang counts as killed. Code run only on import is judged by a fresh import."""
        own = f"test_{module}.py"
        covering = {name for key, names in self.over.items() if key[0] == module for name in names}
        if lines:
            over_it = {name for line in lines for name in self.over.get((module, line), ())}
            # A function that no test passes over may still run on import: then everything is imported again.
            lines, covering = (lines, over_it) if over_it else (None, covering)
        if not lines:
            covering |= {name for name in self.seconds if own in name}
        names = sorted(covering, key=lambda name: (self.seconds[name] // 0.2, own not in name, self.seconds[name]))
        return in_child(lambda: self._try(module, tree, names, patched=bool(lines)))

    def _try(self, module: str, tree: ast.Module, names: list[str], *, patched: bool) -> bool:
        """Say whether one of the tests fails; without a place to patch, import everything again."""
        names = list(within(names, self.seconds))
        if not patched or not patch(self.functions, module, tree):
            return afresh(module, tree, names)
        forget(dependents(module))
        return any(not self._passes(self.items[name]) for name in names)


def placed(source: str) -> Iterator[tuple[int, str, ast.Module, range | None]]:
    """Yield each mutant with the lines of the innermost statement of a function that it sits in, if any."""
    from bench.mutants import mutants

    statements = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.stmt) and node is not function
    ]
    for line, change, tree in mutants(source):
        around = [lines for lines in statements if line in lines]
        yield line, change, tree, min(around, key=len, default=None)


def within(names: list[str], seconds: dict[str, float]) -> Iterator[str]:
    """Give the tests that fit in the time that a mutant may cost, and at least three."""
    spent = 0.0
    for number, name in enumerate(names):
        spent += seconds[name]
        if number > 2 and spent > ASKED:
            return
        yield name


def patch(functions: list[types.FunctionType], module: str, tree: ast.Module) -> bool:
    """Put the mutated code into the live functions of a module; False when one of them cannot take it."""
    path = sys.modules[f"casefile.law.{module}"].__file__
    fresh = {key(code): code for code in codes(compile(tree, str(path), "exec"))}
    for function in functions:
        if function.__code__.co_filename == path and key(function.__code__) in fresh:
            try:
                function.__code__ = fresh[key(function.__code__)]
            except ValueError:  # the mutant dropped a variable of an outer function
                return False
    return True


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Give a code object and all those inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from codes(inner)


def key(code: types.CodeType) -> tuple[str, int]:
    """Name a function by its place, which no mutation moves."""
    return code.co_qualname, code.co_firstlineno


def dependents(module: str) -> frozenset[str]:
    """Name a module and all those that import it, directly or not."""
    uses = {
        file.stem: {
            name.strip() for found in IMPORTS.findall(file.read_text("utf-8")) for name in ",".join(found).split(",")
        }
        for file in LAW.glob("*.py")
    }
    found, before = {module}, 0
    while len(found) > before:
        before = len(found)
        found |= {name for name, used in uses.items() if used & found}
    return frozenset(found)


def forget(modules: frozenset[str]) -> None:
    """Empty what these modules remember: an answer from before the mutation would hide it."""
    for name, loaded in list(sys.modules.items()):
        if name.startswith(LAW_CODE):
            for remembered in vars(loaded).values():
                if hasattr(remembered, "cache_clear") and remembered.__module__.rpartition(".")[2] in modules:
                    remembered.cache_clear()


def afresh(module: str, tree: ast.Module, names: list[str]) -> bool:
    """Import the product and its tests again with the mutated module in place; say whether a test fails."""
    import importlib.util

    import pytest

    for name in [name for name in sys.modules if name.partition(".")[0] in {"casefile", "tests"}]:
        del sys.modules[name]
    import casefile.law

    full = f"casefile.law.{module}"
    spec = importlib.util.find_spec(full)
    assert spec
    mutated = importlib.util.module_from_spec(spec)
    sys.modules[full] = mutated
    setattr(casefile.law, module, mutated)
    exec(compile(tree, str(spec.origin), "exec"), mutated.__dict__)
    return pytest.main(["-x", "-q", "-p", "no:cacheprovider", *[str(ROOT / name) for name in names]]) != 0


def in_child(judge: Any) -> bool:
    """Ask a question in a forked child that may loop, exhaust memory or die: any of them counts as yes."""
    child = os.fork()
    if child == 0:
        _answer(judge)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(WALL_SECONDS)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return status != 0


def _answer(judge: Any) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        code = int(judge())
    except BaseException:  # noqa: BLE001 - whatever a mutant breaks, it is killed
        code = 1
    os._exit(code)


def keep(record: Path, module: str, judged: tuple[int, list[str], int]) -> None:
    """Write the score and survivors of one module in the record, in the place of what it said before."""
    total, survivors, step = judged
    parts = record.read_text("utf-8").split("\n## ") if record.exists() else [""]
    sections = {part.partition(":")[0]: part.rstrip("\n") for part in parts[1:]}
    share = "" if step == 1 else f", one mutant in {step}"
    title = f"{module}: {total} mutants{share}, {total - len(survivors)} killed"
    sections[module] = "\n".join([title, *(f"- `{one}`" for one in survivors)])
    text = "\n\n## ".join([parts[0].rstrip("\n"), *(sections[name] for name in sorted(sections))])
    record.write_text(text.lstrip("\n") + "\n", "utf-8")


def main(chosen: list[str]) -> int:
    """Mutate each module in turn and print the score and the survivors."""
    import pytest

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    options = dict(word.split("=", 1) for word in chosen if "=" in word)
    modules = [word for word in chosen if "=" not in word] or sorted(file.stem for file in LAW.glob("*.py"))
    record, learned = (Path(options[name]) if name in options else None for name in ("record", "learned"))
    court = Court(modules, int(options.get("every", 1)), record, learned)
    pytest.main(["-q", "-s", "-p", "no:cacheprovider", str(ROOT / "tests/law")], plugins=[court])
    total = sum(mutants for mutants, _ in court.totals.values())
    survived = sum(survivors for _, survivors in court.totals.values())
    if not total or len(court.totals) != len(modules):
        print("the tests could not be asked")
        return 1
    score = 100 * (total - survived) / total
    print(f"{total} mutants, {total - survived} killed, score {score:.1f} %")
    return 0 if score >= SCORE_WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
