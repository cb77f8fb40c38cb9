"""Which files compiled code is made of: a module and, again and again, what of this project it imports."""

import ast
from collections.abc import Iterator
from pathlib import Path


def sources(module: Path, root: Path) -> tuple[Path, ...]:
    """List the files of a module and of all that it imports, directly or not, from packages under `root`.

    An import counts wherever it stands, even in a function. What a package's `__init__` imports counts only if a name
    is taken from the package itself.

    Parameters
    ----------
    module : a file under `root`.
    root : the folder from which absolute imports are counted.
    """
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _imported(file, root)
    return tuple(sorted(found))


def _imported(file: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(root.joinpath(*alias.name.split(".")))
        elif isinstance(node, ast.ImportFrom):
            base = file.parents[node.level - 1] if node.level else root
            package = base.joinpath(*(node.module or "").split("."))
            for alias in node.names:
                yield from list(_files(package / alias.name)) or _files(package)


def _files(module: Path) -> Iterator[Path]:
    yield from (file for file in (module.with_suffix(".py"), module / "__init__.py") if file.is_file())
