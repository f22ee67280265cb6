"""``%load_ext pd_optstat``: the magics ``%optstat`` and ``%optstat_explore``, and their completion.

What the lines mean is decided in `magic_line`; this module is where IPython is.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments

from ._util.warn import collect_warnings
from .errors import OptStatError
from .magic_line import EXPLORE, OPTSTAT, Call, Option, check_options, explored, loaded, split, suggestions

__all__ = ["OptStatMagics", "load", "unload"]

_OPTIONS = {"optstat": OPTSTAT, "optstat_explore": EXPLORE}
#: The magic and what is typed behind it, also where its result is assigned.
_LINE = re.compile(r"\s*(?:[^%'\"#]*=\s*)?%(optstat|optstat_explore)\s+(.*)", re.DOTALL)
_AUTOMAGIC = re.compile(r"(optstat|optstat_explore)\s+(.*)", re.DOTALL)


def _takes(options: Iterable[Option]) -> Callable[[Any], Any]:
    """Let IPython's help of a magic show its places and `options`."""
    made = [
        argument("market", nargs="?", help="US_SECURITY, US_INDEX, HK_SECURITY or HK_INDEX; several: with commas"),
        argument("data_type", nargs="?", help="VOLUME (default) or OPEN_INTEREST; several: with commas"),
        argument("start", nargs="?", help="first day, YYYY-MM-DD"),
        argument("end", nargs="?", help="last day, YYYY-MM-DD (default: today)"),
        *map(_argument, options),
    ]

    def decorate(method: Any) -> Any:
        for one in reversed(made):
            method = one(method)
        return magic_arguments()(method)

    return decorate


def _argument(option: Option) -> Any:
    if option.metavar is None:
        return argument(option.name, action="store_true", help=option.help)
    action = "append" if option.repeated else "store"
    return argument(option.name, action=action, metavar=option.metavar, help=option.help)


@magics_class
class OptStatMagics(Magics):  # type: ignore[misc]
    """The magics of ``%load_ext pd_optstat``."""

    shell: Any

    @line_magic  # type: ignore[untyped-decorator]
    @_takes(OPTSTAT)
    def optstat(self, line: str) -> Any:
        """Load daily call and put totals: po.load, or po.load_panel where several series are named.

        The result is shown, or with "-> NAME" at the end of the line stored under that name. With --window or
        --lookback it has the metrics of df.optstat.metrics as well. {expressions} and $variables are filled in.

        Examples:

            %optstat US_SECURITY
            %optstat US_SECURITY VOLUME 2020-01-01 2026-06-12 --window 10 -> df
            %optstat US_SECURITY,HK_SECURITY VOLUME,OPEN_INTEREST {start} --offline -> panel
            df = %optstat US_INDEX --source simulator:
        """
        return self._run("optstat", line, loaded, _load)

    @line_magic  # type: ignore[untyped-decorator]
    @_takes(EXPLORE)
    def optstat_explore(self, line: str) -> Any:
        """Open the explorer: po.explore. Without a market it begins with US_SECURITY.

        The widget is shown, or with "-> NAME" at the end of the line stored under that name.

        Examples:

            %optstat_explore
            %optstat_explore US_SECURITY,HK_SECURITY VOLUME --preset 5Y --window 21 --metric percentile
            %optstat_explore US_INDEX VOLUME 2024-01-01 --theme dark -> e
        """
        return self._run("optstat_explore", line, explored, _explore)

    def _run(self, magic: str, line: str, read: Callable[[Any], Call], do: Callable[[Call], Any]) -> Any:
        with _plain_errors():
            words = split(line)
            check_options(words.words, _OPTIONS[magic])
            call = read(vars(_parsed(getattr(self, magic).parser, magic, words.words)))
            result = do(call)
            if words.target is None:
                return result
            self.shell.push({words.target: result})
        return None

    @context_matcher()  # type: ignore[untyped-decorator]
    def complete(self, context: CompletionContext) -> Any:
        """Return what may stand at the cursor in a line of these magics."""
        line = context.text_until_cursor
        found = _LINE.fullmatch(line)
        if found is None and self.shell.automagic:
            found = _AUTOMAGIC.fullmatch(line)
            found = None if found is None or found[1] in self.shell.user_ns else found
        fragment, texts = suggestions(_OPTIONS[found[1]], found[2]) if found else ("", [])
        return {
            "completions": [SimpleCompletion(text=text, type="magic argument") for text in texts],
            "matched_fragment": fragment,
            "ordered": True,
            "suppress": bool(texts),
        }


def _parsed(parser: Any, magic: str, words: list[str]) -> Any:
    """Return the words as argparse sorts them; options may stand between the places."""
    try:
        given, more = parser.parse_known_intermixed_args(words)
    except UsageError as error:
        raise UsageError(f"%{magic}: {error}. %{magic}? shows what it takes.") from None
    if more:
        raise UsageError(f"%{magic}: {' '.join(more)!r} is too much. Its order is MARKET DATA_TYPE START END.")
    return given


def _load(call: Call) -> Any:
    from . import load, load_panel

    markets, kinds = call.series
    with _own_warnings():
        if call.is_panel:
            frame = load_panel(markets, kinds, call.start, call.end, **call.options)
        else:
            frame = load(markets[0], kinds[0], call.start, call.end, **call.options)
    about = frame.attrs["optstat"]
    if about.get("synthetic"):
        print(f"SYNTHETIC numbers, from {about['source']}")
    return frame.optstat.metrics(**call.metrics) if call.metrics else frame


def _explore(call: Call) -> Any:
    from . import explore

    return explore(*call.series, call.start, call.end, **call.options)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Let IPython show an error of ours as what it says: how it came about inside helps nobody who typed a line."""
    try:
        yield
    except OptStatError as error:
        shown: Any = error
        shown._render_traceback_ = partial(_said, type(error).__name__, str(error))
        raise


def _said(kind: str, message: str) -> list[str]:
    return [f"{kind}: {message}"]


@contextmanager
def _own_warnings() -> Iterator[None]:
    """Let warnings name the magic: the caller's line is one of IPython's own."""
    with collect_warnings() as found:
        try:
            yield
        finally:
            for message, category in found:
                warnings.warn_explicit(message, category, "%optstat", 1)


def load(shell: Any) -> None:
    """Register the magics and their completion, once."""
    unload(shell)
    magics = OptStatMagics(shell)
    shell.register_magics(magics)
    shell.Completer.custom_matchers.append(magics.complete)


def unload(shell: Any) -> None:
    """Take away what `load` registered."""
    shell.magics_manager.registry.pop(OptStatMagics.__name__, None)
    for name in _OPTIONS:
        shell.magics_manager.magics["line"].pop(name, None)
    matchers = shell.Completer.custom_matchers
    matchers[:] = [one for one in matchers if type(getattr(one, "__self__", None)).__name__ != OptStatMagics.__name__]
