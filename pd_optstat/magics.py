"""``%load_ext pd_optstat``: the magics ``%optstat`` and ``%optstat_explore``, with Tab completion."""

# pyright: reportOptionalMemberAccess=false
from __future__ import annotations

import argparse
import keyword
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, kwds, magic_arguments

from ._util.option_names import name_options
from ._util.validation import check_int, did_you_mean, parse_timedelta
from ._util.warn import collect_warnings
from .core.markets import OptionMarket, OptionStatisticDataType
from .core.request import name_or_number
from .core.underlying import is_code
from .errors import InvalidRequest, OptStatError
from .explorer.state import ARRANGEMENTS, CODES, METRICS, PRESETS, THEMES

if TYPE_CHECKING:
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from .explorer.widget import Explorer

__all__ = ["OptStatMagics", "complete_line", "load", "split_line", "unload"]

_Method = TypeVar("_Method", bound=Callable[..., object])
#: Arguments by name, as argparse and the metrics take them.
_Given: TypeAlias = dict[str, Any]

_MARKETS = tuple(OptionMarket.__members__)
_DATA_TYPES = tuple(OptionStatisticDataType.__members__)
#: The values that Tab offers after an option.
_VALUES: dict[str, Iterable[str]] = {
    "--source": ("simulator:", "opend://127.0.0.1:11111", "ws://127.0.0.1:11112", "snapshot:", "parquet:"),
    "--window": ("5", "10", "21", "63"),
    "--lookback": ("63", "126", "252", "504"),
    "--warmup": ("63", "126", "252", "504"),
    "--preset": PRESETS,
    "--metric": METRICS,
    "--arrangement": ARRANGEMENTS,
    "--theme": THEMES,
}
_COMMON_ARGUMENTS = (
    argument("market", nargs="?", help=f"{', '.join(_MARKETS)}, or a code such as US.AAPL; several: A,B"),
    argument("data_type", nargs="?", help=f"{', '.join(_DATA_TYPES)} (default: VOLUME); several: A,B"),
    argument("start", nargs="?", help="first day, YYYY-MM-DD"),
    argument("end", nargs="?", help="last day, YYYY-MM-DD (default: today)"),
    argument("--source", metavar="URL", help="where to load from (default: the configured source)"),
    argument("--cache", metavar="FOLDER", help="the cache folder (default: the configured one)"),
    argument("--no-cache", action="store_true", help="do not use a cache"),
    argument("--offline", action="store_true", help="never use the network"),
    argument("--as-of", metavar="MOMENT", help="values as the cache knew them at that moment"),
    argument("--include-open", action="store_true", help="include the running totals of a session that is still open"),
)

#: A magic with its line up to the cursor: after "%", also on the right of an assignment, or without it (automagic).
_MAGIC = re.compile(r"(\s*(?:[^%'\"#]*=\s*)?%)?(optstat|optstat_explore)\s+(.*)", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
#: A day with a time counts as one word, since IPython fills in a Timestamp that way.
_WORD = re.compile(r"\d{4}-\d{2}-\d{2} \d{1,2}:\d{2}\S*|(?:\"[^\"]*\"|'[^']*'|\S)+")
#: IPython leaves expressions that it cannot evaluate as they are.
_UNEXPANDED = re.compile(r"\{.*\}|\$\{?[A-Za-z_]\w*.*")
#: Also a malformed date, so that the error is about the date and not about a market of that name.
_DATE_LIKE = re.compile(r"\d{4}[^,]*|\d+[-/.].*")


def _arguments(*own: argument) -> Callable[[_Method], _Method]:
    """Return a decorator that gives a magic the common arguments, and then its `own`."""

    def decorate(method: _Method) -> _Method:
        for add in reversed((*_COMMON_ARGUMENTS, *own)):
            method = add(method)
        # Arguments that are not given stay out of the namespace: `load` and `explore` have the defaults.
        method = kwds(argument_default=argparse.SUPPRESS)(method)
        decorated: _Method = magic_arguments()(method)
        return decorated

    return decorate


@magics_class
class OptStatMagics(Magics):  # type: ignore[misc]
    """The magics of ``%load_ext pd_optstat``."""

    @line_magic  # type: ignore[untyped-decorator]
    @_arguments(
        argument("--refresh", action="store_true", help="request the whole range again"),
        argument("--warmup", metavar="N", type=name_or_number, help="load N earlier sessions, too, for lookbacks"),
        argument("--no-progress", dest="progress", action="store_const", const=False, help="show no progress bar"),
        argument("--window", dest="windows", action="append", metavar="ROWS", help="add metrics; several: 10,21"),
        argument("--lookback", metavar="ROWS", help="add metrics relative to so many sessions, or a span such as 365D"),
    )
    def optstat(self, line: str) -> object:
        """Load daily call and put totals with po.load, or with po.load_panel if several series are named.

        The result is displayed, or stored as NAME if the line ends with "-> NAME". With --window or --lookback,
        the metrics of df.optstat.metrics are added. {expressions} and $variables are expanded.

        Examples:

            %optstat US_SECURITY
            %optstat US_SECURITY VOLUME 2020-01-01 2026-06-12 --window 10 -> df
            %optstat US_SECURITY,HK_SECURITY VOLUME,OPEN_INTEREST {start} --offline -> panel
            df = %optstat US_INDEX --source simulator:
            %optstat US.AAPL,HK.00700 VOLUME 2024-01-01 --source simulator:
            %optstat US.AAPL VOLATILITY 2024-01-01
        """
        return self._run("optstat", line, _load)

    @line_magic  # type: ignore[untyped-decorator]
    @_arguments(
        argument("--preset", metavar="RANGE", help=f"a range up to the newest day: {', '.join(PRESETS)}"),
        argument("--window", metavar="ROWS", type=name_or_number, help="sessions of the rolling mean and the band"),
        argument("--lookback", metavar="ROWS", type=name_or_number, help="sessions that a day is compared with"),
        argument("--metric", metavar="NAME", help=f"the metric of the lowest view: {', '.join(METRICS)}"),
        argument("--lower", metavar="SHARE", type=float, help="days at or below this percentile are extreme"),
        argument("--upper", metavar="SHARE", type=float, help="days at or above this percentile are extreme"),
        argument("--k", metavar="NUMBER", type=float, help="width of the band in standard deviations"),
        argument("--arrangement", metavar="HOW", help=f"several series are shown {' or '.join(ARRANGEMENTS)}"),
        argument("--theme", metavar="NAME", help=", ".join(THEMES)),
    )
    def optstat_explore(self, line: str) -> object:
        """Open the explorer with po.explore. The default market is US_SECURITY.

        The widget is displayed, or stored as NAME if the line ends with "-> NAME".

        Examples:

            %optstat_explore
            %optstat_explore US_SECURITY,HK_SECURITY VOLUME --preset 5Y --window 21 --metric percentile
            %optstat_explore US_INDEX VOLUME 2024-01-01 --theme dark -> e
            %optstat_explore US.AAPL,US.NVDA
        """
        return self._run("optstat_explore", line, _explore)

    def _run(self, magic: str, line: str, call: Callable[[_Given], object]) -> object:
        with _errors_without_traceback(magic):
            words, target = split_line(line)
            result = call(_parse(magic, words))
        if target is None:
            return result
        self.shell.push({target: result})  # pyright: ignore[reportOptionalMemberAccess]
        return None

    @context_matcher()  # type: ignore[untyped-decorator]
    def complete(self, context: CompletionContext) -> dict[str, object]:
        """Return the completions at the cursor, if it is in the line of one of these magics."""
        found = _MAGIC.fullmatch(context.text_until_cursor)
        # Without "%", a variable hides the magic.
        is_magic = found and (found[1] or (self.shell.automagic and found[2] not in self.shell.user_ns))
        fragment, texts = complete_line(found[2], found[3]) if found and is_magic else ("", [])
        return {
            "completions": [SimpleCompletion(text=text, type="magic argument") for text in texts],
            "matched_fragment": fragment,
            "ordered": True,
            "suppress": bool(texts),
        }


def load(shell: InteractiveShell) -> None:
    """Register the magics and their completion, once."""
    unload(shell)
    magics = OptStatMagics(shell)
    shell.register_magics(magics)
    shell.Completer.custom_matchers.append(magics.complete)


def unload(shell: InteractiveShell) -> None:
    """Remove what `load` registered."""
    shell.magics_manager.registry.pop(OptStatMagics.__name__, None)
    for name in ("optstat", "optstat_explore"):
        shell.magics_manager.magics["line"].pop(name, None)
    matchers = shell.Completer.custom_matchers
    # By name, because %reload_ext makes a new class.
    matchers[:] = [one for one in matchers if type(getattr(one, "__self__", None)).__name__ != OptStatMagics.__name__]


def split_line(line: str) -> tuple[list[str], str | None]:
    r"""Return the words of a line, and the variable name after ``->``.

    Quotes join words. Backslashes are ordinary characters, as in Windows paths.

    Raises
    ------
    InvalidRequest
        If a quote is not closed, a variable was not expanded, or the text after ``->`` is not a name.

    Examples
    --------
    >>> split_line("US_SECURITY --cache 'my cache' --as-of 2026-06-12 21:00 -> df")
    (['US_SECURITY', '--cache', 'my cache', '--as-of', '2026-06-12 21:00'], 'df')
    """
    masked = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), line)  # "->" inside quotes is text
    before, arrow, _ = masked.partition("->")
    if '"' in before or "'" in before:
        raise InvalidRequest("A quote in this line is not closed. Close it.")
    words = [
        _QUOTED.sub(lambda quoted: quoted[1] or quoted[2] or "", word) for word in _WORD.findall(line[: len(before)])
    ]
    for word in words:
        if _UNEXPANDED.fullmatch(word):
            raise InvalidRequest(f"{word[:80]} was not expanded: the variable does not exist, or the expression fails.")
    return words, _check_name(line[len(before) + 2 :].strip()) if arrow else None


def _check_name(text: str) -> str:
    name = unicodedata.normalize("NFKC", text)  # as Python reads names
    if not name:
        raise InvalidRequest("Nothing follows '->'. Name the variable that is to hold the result: -> df")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise InvalidRequest(f"-> {text[:80]!r} is not the name of a variable. Write one at the end of the line: -> df")
    return name


def _options(magic: str) -> dict[str, argparse.Action]:
    """Return the options of a magic, in the order of its help."""
    options: dict[str, argparse.Action] = getattr(OptStatMagics, magic).parser._option_string_actions
    return options


def _parse(magic: str, words: list[str]) -> _Given:
    """Return the arguments in `words` by name; options may stand between positional arguments."""
    try:
        namespace, rest = getattr(OptStatMagics, magic).parser.parse_known_intermixed_args(words)
    except UsageError as error:
        raise UsageError(f"%{magic}: {error}. %{magic}? lists its arguments.") from None
    for word in rest:
        if word.startswith("-"):
            name, known = word.partition("=")[0][:80], list(_options(magic))
            near = did_you_mean(name, known)
            raise InvalidRequest(f"{name} is not an option of %{magic}.{near} Valid: {', '.join(known)}.")
    if rest:
        raise UsageError(
            f"%{magic}: {' '.join(rest)!r} is one argument too many. The order is MARKET DATA_TYPE START END."
        )
    given: _Given = vars(namespace)
    if given.pop("no_cache", False):
        if "cache" in given:
            raise InvalidRequest("--cache names a folder, and --no-cache uses none. Drop one of them.")
        given["cache"] = False
    return given


def _pop_series_and_dates(given: _Given) -> tuple[list[str | int], list[str | int], str | None, str | None]:
    """Take the positional arguments out of `given`; dates may follow at once if markets or data types are left out."""
    words = [given.pop(name) for name in ("market", "data_type", "start", "end") if name in given]
    names = list(takewhile(lambda word: not _DATE_LIKE.fullmatch(word), words[:2]))
    dates = words[len(names) :]
    if len(dates) > 2 or any(word.upper() in (*_MARKETS, *_DATA_TYPES) for word in dates):
        raise InvalidRequest(f"{' '.join(words)[:200]!r} is not in the order MARKET DATA_TYPE START END.")
    markets, data_types = (list(map(name_or_number, _split_commas(word))) for word in (*names, "", "")[:2])
    start, end = (*dates, None, None)[:2]
    return markets, data_types or ["VOLUME"], start, end


def _split_commas(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")] if text else []
    if not all(parts):
        raise InvalidRequest(f"{text[:80]!r}: separate several with commas and without spaces, as in A,B.")
    return parts


def _load(given: _Given) -> pd.DataFrame:
    from . import load, load_panel, load_volatility

    markets, data_types, start, end = _pop_series_and_dates(given)
    if not markets:
        raise InvalidRequest(f"Name a market first, as in %optstat US_SECURITY VOLUME. Valid: {', '.join(_MARKETS)}.")
    metrics = _pop_metrics(given)
    with _warnings_from_magic():
        if len(markets) > 1 or len(data_types) > 1:
            frame = load_panel(markets, data_types, start, end, **given)
        elif str(data_types[0]).upper() == "VOLATILITY":
            if metrics:
                raise InvalidRequest(
                    "--window and --lookback add metrics of counts, which VOLATILITY does not have. Drop them."
                )
            frame = load_volatility(str(markets[0]), start, end, **given)
        else:
            frame = load(markets[0], data_types[0], start, end, **given)
    info = frame.attrs["optstat"]
    if info.get("synthetic"):
        print(f"SYNTHETIC data, from {info['source']}")
    return frame.optstat.metrics(**metrics) if metrics else frame


def _pop_metrics(given: _Given) -> _Given:
    """Take the arguments of ``df.optstat.metrics`` out of `given`, and check them before anything is loaded."""
    metrics: _Given = {}
    if "windows" in given:
        texts = [text for argument in given.pop("windows") for text in _split_commas(argument)]
        metrics["windows"] = tuple(dict.fromkeys(check_int(name_or_number(text), "window") for text in texts))
    if "lookback" in given:
        lookback = name_or_number(given.pop("lookback"))
        if isinstance(lookback, str):
            parse_timedelta(lookback, "lookback")
        else:
            check_int(lookback, "lookback")
        metrics["lookback"] = lookback
    return metrics


def _explore(given: _Given) -> Explorer:
    from . import explore

    markets, data_types, start, end = _pop_series_and_dates(given)
    return explore(markets or ["US_SECURITY"], data_types, start, end, **given)


@contextmanager
def _errors_without_traceback(magic: str) -> Iterator[None]:
    """Let IPython show an error of this package as one line that names the magic's own options."""
    try:
        yield
    except OptStatError as error:
        message = name_options(str(error), _options(magic))
        lines = [f"{type(error).__name__}: {message}"]
        error.args = (message,)
        error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
        raise


@contextmanager
def _warnings_from_magic() -> Iterator[None]:
    """Let warnings name the magic, because the calling line is inside IPython."""
    with collect_warnings() as found:
        try:
            yield
        finally:
            for message, category in found:
                warnings.warn_explicit(message, category, "%optstat", 1)


def complete_line(magic: str, text: str) -> tuple[str, list[str]]:
    """Return the fragment being typed at the end of a line, and the words that can replace it.

    Parameters
    ----------
    magic : str
        "optstat" or "optstat_explore".
    text : str
        The text between the magic's name and the cursor.

    Examples
    --------
    >>> complete_line("optstat", "US_SECURITY,hk_")
    ('hk_', ['HK_SECURITY', 'HK_INDEX'])
    >>> complete_line("optstat", "us.n")
    ('us.n', ['US.NVDA'])
    >>> complete_line("optstat_explore", "--metric zs")
    ('zs', ['zscore'])
    """
    if "->" in text or text.count('"') % 2 or text.count("'") % 2:
        return "", []
    options, words = _options(magic), text.split()
    fragment = words.pop() if words and not text[-1].isspace() else ""
    takes_value = {name for name, action in options.items() if action.nargs != 0}
    option, equals, value = fragment.partition("=")
    if equals and option in options:
        return _matching(value, _values(option))
    if words and words[-1] in takes_value:
        return _matching(fragment.rpartition(",")[2], _values(words[-1]))
    used = {word.partition("=")[0] for word in words}
    # --window of %optstat can be repeated.
    unused = [name for name, action in options.items() if name not in used or action.dest == "windows"]
    if fragment.startswith("-"):
        return _matching(fragment, [*unused, "->"])
    pairs = zip(["", *words], words, strict=False)
    positional = [word for before, word in pairs if not word.startswith("-") and before not in takes_value]
    if len(positional) > 1 or any(map(_DATE_LIKE.fullmatch, positional)):
        return _matching(fragment, [] if fragment else unused)
    *listed, fragment = fragment.split(",")
    types = (*_DATA_TYPES, "VOLATILITY") if any(map(is_code, positional)) and magic == "optstat" else _DATA_TYPES
    # Codes are offered from their market's name on, as there are thousands more of them.
    codes = CODES if is_code(fragment) else ()
    names = types if positional else (*_MARKETS, *codes)
    return _matching(fragment, [name for name in names if name not in map(str.upper, listed)])


def _values(option: str) -> list[str]:
    return [f'"{value}"' if " " in value else value for value in _VALUES.get(option, ())]


def _matching(fragment: str, words: Iterable[str]) -> tuple[str, list[str]]:
    return fragment, [word for word in words if word.lstrip('"').upper().startswith(fragment.upper())]
