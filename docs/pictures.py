"""Make the pictures of the README and of the documentation: ``python docs/pictures.py``. Offline, synthetic data.

Each block of code in `gallery.md` is executed, and the value of its last line is saved as the picture below it.
Pictures of the explorer need playwright and Chromium.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import numpy as np

import pd_optstat as po

sys.path.insert(0, str(Path(__file__).parents[1] / "notebooks"))
from outputs import picture_of, smaller

DOCS = Path(__file__).parent

_BLOCK = re.compile(r"```python\n(.*?)```(?:\s*!\[[^\]]*\]\((\S+\.png)\))?", re.DOTALL)


def blocks(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each block of Python in a page, with the address of the picture that follows it, if any."""
    for found in _BLOCK.finditer(text):
        yield found[1], found[2]


def value_of(code: str, names: dict[str, Any]) -> Any:
    """Execute `code` with these `names`; return the value of its last line if that is an expression."""
    body = ast.parse(code).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<gallery>", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "<gallery>", "eval"), names)


def save(value: Any, path: Path) -> None:
    """Save what a block of code shows: Axes, or an explorer."""
    if hasattr(value, "to_html"):
        with tempfile.TemporaryDirectory() as folder:
            page = value.wait().to_html(Path(folder) / "explorer.html")
            content = picture_of(page, width=1280)
        if content is None:
            print(f"{path.name} is left as it is: no playwright")
            return
    else:
        figure = np.ravel(value)[0].figure
        figure.savefig(path, dpi=100, bbox_inches="tight", metadata={"Software": None})
        content = path.read_bytes()
    path.write_bytes(smaller(content))
    print(path.name)


def main() -> None:
    """Write every picture."""
    names: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as cache:
        po.configure(cache_dir=cache)
        for code, picture in blocks((DOCS / "gallery.md").read_text(encoding="utf-8")):
            value = value_of(code, names)
            if picture is not None:
                save(value, DOCS / picture)


if __name__ == "__main__":
    main()
