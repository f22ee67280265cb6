"""The lines of ``%optstat`` and ``%optstat_explore``: what they may say, what they mean, what may stand next. Pure."""

from __future__ import annotations

import keyword
import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._util.validation import check_int, did_you_mean, parse_timedelta
from .core.markets import OptionMarket, OptionStatisticDataType
from .core.request import name_or_number, parse_data_type, parse_market
from .errors import InvalidRequest
from .explorer.state import ARRANGEMENTS, METRICS, PRESETS, THEMES

__all__ = ["EXPLORE", "OPTSTAT", "Option", "Words", "check_options", "explored", "loaded", "split", "suggestions"]


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a magic.

    Attributes
    ----------
    name : str
        As it is typed, with its dashes.
    help : str
    metavar : str, optional
        What its value is; a switch has none.
    suggests : tuple of str
        Values that completion offers.
    repeated : bool
        Whether it may be given several times.
    """

    name: str
    help: str
    metavar: str | None = None
    suggests: tuple[str, ...] = ()
    repeated: bool = False


_SOURCES = ("simulator:", "opend://127.0.0.1:11111", "ws://127.0.0.1:11112", "snapshot:", "parquet:")
_WINDOWS, _LOOKBACKS = ("5", "10", "21", "63"), ("63", "126", "252", "504")
_WHERE = (
    Option("--source", "where the numbers come from (default: the configured source)", "URL", _SOURCES),
    Option("--cache", "the cache folder (default: the configured one)", "FOLDER"),
    Option("--no-cache", "keep nothing"),
    Option("--offline", "never use the network"),
    Option("--as-of", "the values as the cache knew them at that moment", "MOMENT"),
    Option("--include-open", "with the running totals of a session that has not closed yet"),
)
OPTSTAT = (
    *_WHERE,
    Option("--refresh", "ask for the whole range anew"),
    Option("--no-progress", "without a bar while it loads"),
    Option(
        "--window", "add metrics over so many sessions; several: 10,21 or given again", "ROWS", _WINDOWS, repeated=True
    ),
    Option("--lookback", "add metrics that compare with so many sessions, or a span such as 365D", "ROWS", _LOOKBACKS),
)
EXPLORE = (
    *_WHERE,
    Option("--preset", "a range up to the newest day, in place of START", "RANGE", PRESETS),
    Option("--window", "sessions of the rolling mean and the band", "ROWS", _WINDOWS),
    Option("--lookback", "sessions among which a day is compared", "ROWS", _LOOKBACKS),
    Option("--metric", f"what the lowest view shows: {', '.join(METRICS)}", "NAME", tuple(METRICS)),
    Option("--lower", "the percentile up to which a day is extreme", "SHARE"),
    Option("--upper", "the percentile from which a day is extreme", "SHARE"),
    Option("--k", "the width of the band in standard deviations", "NUMBER"),
    Option("--arrangement", "of several series: 'side by side' or stacked", "HOW", ARRANGEMENTS),
    Option("--theme", "auto, light or dark", "NAME", THEMES),
)

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
#: What IPython leaves as it is where it cannot fill it in.
_UNFILLED = re.compile(r"\{.*\}|\$\{?[A-Za-z_]\w*.*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
#: What was meant as a date, though it may be none: four digits first, or numbers with something between.
_DATE_LIKE = re.compile(r"\d{4}[^,]*|\d+[-/.].*")


@dataclass(frozen=True, slots=True)
class Words:
    """A line, taken apart.

    Attributes
    ----------
    words : list of str
        Without quotes.
    target : str or None
        The name behind ``->``.
    """

    words: list[str]
    target: str | None


def split(line: str) -> Words:
    r"""Return the words of a line, and the name that the result is to have.

    Quotes hold words together; backslashes are part of paths, and a time behind a day belongs to it.

    Raises
    ------
    InvalidRequest
        If a quote does not end, a variable is not there, or what follows ``->`` is no name.

    Examples
    --------
    >>> split("US_SECURITY --cache 'my cache' --as-of 2026-06-12 21:00 -> df")
    Words(words=['US_SECURITY', '--cache', 'my cache', '--as-of', '2026-06-12 21:00'], target='df')
    """
    hidden = _QUOTED.sub(lambda found: "x" * len(found[0]), line)
    arrow = hidden.find("->")
    target = None if arrow < 0 else _name(line[arrow + 2 :].strip())
    lexer = shlex.shlex(line if arrow < 0 else line[:arrow], posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    try:
        words = list(lexer)
    except ValueError:
        raise InvalidRequest("A quote begins in this line and does not end. Close it.") from None
    for word in words:
        if _UNFILLED.fullmatch(word):
            raise InvalidRequest(f"{word[:80]} was not filled in: there is no such variable, or the expression fails.")
    return Words(list(_with_times(words)), target)


def _with_times(words: Iterable[str]) -> Iterator[str]:
    """Yield `words`, a day and the time behind it as one: so IPython writes the Timestamp in ``{start}``."""
    day = ""
    for word in words:
        if day and _CLOCK.fullmatch(word):
            yield f"{day} {word}"
            day = ""
            continue
        if day:
            yield day
        day = word if _DAY.fullmatch(word) else ""
        if not day:
            yield word
    if day:
        yield day


def _name(text: str) -> str:
    name = unicodedata.normalize("NFKC", text)  # as Python reads names
    if not name:
        raise InvalidRequest("Nothing follows '->'. Name what the result is to be called: -> df")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise InvalidRequest(f"-> {text[:80]!r} is not the name of a variable. Write one at the end of the line: -> df")
    return name


def check_options(words: Iterable[str], options: Iterable[Option]) -> None:
    """Refuse what looks like an option and is none; the beginning of an option's name is enough.

    Raises
    ------
    InvalidRequest
        Saying which option may have been meant.
    """
    known = [option.name for option in options]
    for word in words:
        name = word.partition("=")[0]
        if re.match(r"-+[A-Za-z]", name) and not any(one.startswith(name) and name[:2] == "--" for one in known):
            raise InvalidRequest(
                f"{name[:80]} is not an option here.{did_you_mean(name, known)} Valid: {', '.join(known)}."
            )


@dataclass(frozen=True, slots=True)
class Call:
    """What a line asks for: the arguments of a function of the package, and of ``metrics`` if these were asked for."""

    series: tuple[list[str | int], list[str | int]]
    start: str | None
    end: str | None
    options: dict[str, Any]
    metrics: dict[str, Any] = field(default_factory=dict)

    @property
    def is_panel(self) -> bool:
        """Whether there are several series."""
        return max(map(len, self.series)) > 1


def loaded(given: Mapping[str, Any]) -> Call:
    """Return what the options and places of a ``%optstat`` line ask for, checked as far as ``load`` does not.

    Raises
    ------
    InvalidRequest
        If they mean nothing.

    Examples
    --------
    >>> loaded({"market": "US_SECURITY", "data_type": "2026-06-01", "window": ["10,21", "10"]}).metrics
    {'windows': (10, 21)}
    """
    series, start, end = _places(given)
    if not series[0]:
        markets = ", ".join(OptionMarket.__members__)
        raise InvalidRequest(f"Which market? Name one first, as in: %optstat US_SECURITY VOLUME. Markets: {markets}.")
    options = _where(given)
    for name in ("refresh", "no_progress"):
        if given.get(name):
            options.update({"refresh": True} if name == "refresh" else {"progress": False})
    metrics: dict[str, Any] = {}
    if given.get("window"):
        windows = [_rows(one, "--window") for text in given["window"] for one in _listed(text, "--window")]
        metrics["windows"] = tuple(dict.fromkeys(windows))
    if given.get("lookback") is not None:
        metrics["lookback"] = _rows_or_span(given["lookback"])
    return Call((series[0], series[1] or ["VOLUME"]), start, end, options, metrics)


def explored(given: Mapping[str, Any]) -> Call:
    """Return what the options and places of a ``%optstat_explore`` line ask for; ``explore`` checks the rest.

    Raises
    ------
    InvalidRequest
        If they mean nothing.

    Examples
    --------
    >>> explored({"market": "US_INDEX,HK_INDEX", "window": "21", "theme": "dark"}).options
    {'window': 21, 'theme': 'dark'}
    """
    series, start, end = _places(given)
    options = _where(given)
    for name in ("window", "lookback"):
        if given.get(name) is not None:
            options[name] = _rows(given[name], f"--{name}")
    for name in ("lower", "upper", "k"):
        if given.get(name) is not None:
            options[name] = _number(given[name], f"--{name}")
    options.update({n: given[n] for n in ("preset", "metric", "arrangement", "theme") if given.get(n) is not None})
    return Call((series[0] or ["US_SECURITY"], series[1] or ["VOLUME"]), start, end, options)


def _places(given: Mapping[str, Any]) -> tuple[tuple[list[Any], list[Any]], str | None, str | None]:
    """Return markets, data types, start and end: dates are told from names, so that the names may be left out."""
    words = [given[name] for name in ("market", "data_type", "start", "end") if given.get(name) is not None]
    days = [place for place, word in enumerate(words) if _DATE_LIKE.fullmatch(word) or place > 1]
    first = days[0] if days else len(words)
    if len(words) - first > 2 or len(days) != len(words) - first:
        raise InvalidRequest(f"{' '.join(words)[:200]!r} is not in the order MARKET DATA_TYPE START END.")
    markets, kinds = (
        [name_or_number(one) for one in _listed(words[place], what)] if place < first else []
        for place, what in ((0, "MARKET"), (1, "DATA_TYPE"))
    )
    for market in markets:
        parse_market(market)
    for kind in kinds:
        parse_data_type(kind)
    start, end, *_ = [*words[first:], None, None]
    return (markets, kinds), start, end


def _where(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("no_cache") and given.get("cache") is not None:
        raise InvalidRequest("--cache names a folder, and --no-cache means none. Drop one of them.")
    options = {name: given[name] for name in ("source", "cache", "as_of") if given.get(name) is not None}
    options.update({name: True for name in ("offline", "include_open") if given.get(name)})
    return {**options, "cache": False} if given.get("no_cache") else options


def _listed(text: str, what: str) -> list[str]:
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise InvalidRequest(f"{what} {text[:80]!r}: write several with commas and without spaces, as in A,B.")
    return parts


def _rows(text: str, what: str) -> int:
    return check_int(name_or_number(text), what)


def _rows_or_span(text: str) -> int | str:
    value = name_or_number(text)
    if isinstance(value, int):
        return check_int(value, "--lookback")
    parse_timedelta(value, "--lookback")
    return value


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidRequest(f"{what} {text[:80]!r} is not a number. Write one such as 0.9.") from None


def suggestions(options: Iterable[Option], text: str) -> tuple[str, list[str]]:
    """Return the fragment that is being typed at the end of a line, and what may stand in its place.

    Parameters
    ----------
    options : iterable of Option
        Of the magic.
    text : str
        What stands between the magic's name and the cursor.

    Examples
    --------
    >>> suggestions(OPTSTAT, "US_SECURITY,hk_")
    ('hk_', ['HK_SECURITY', 'HK_INDEX'])
    >>> suggestions(EXPLORE, "--metric zs")
    ('zs', ['zscore'])
    """
    if "->" in text or text.count('"') % 2 or text.count("'") % 2:
        return "", []
    before, word = re.fullmatch(r"(.*?)(\S*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    known = {option.name: option for option in options}
    words = before.split()
    named, equals, value = word.partition("=")
    if equals and named in known:
        return _near(value, _quoted(known[named].suggests))
    if words and words[-1] in known and known[words[-1]].metavar:
        return _near(word.rpartition(",")[2], _quoted(known[words[-1]].suggests))
    if word.startswith("-"):
        return _near(word, [*_unused(known, words), "->"])
    return _places_next(known, words, word)


def _places_next(known: Mapping[str, Option], words: list[str], word: str) -> tuple[str, list[str]]:
    places: list[str] = []
    for last, one in zip(["", *words], words, strict=False):
        if not one.startswith("-") and not (last in known and known[last].metavar):
            places.append(one)
    done, _, fragment = word.rpartition(",")
    if any(_DATE_LIKE.fullmatch(place) for place in places) or len(places) > 1:
        return _near(word, _unused(known, words) if not word else [])
    kind = OptionStatisticDataType if places else OptionMarket
    listed = done.upper().split(",") if done else []
    return _near(fragment, [name for name in kind.__members__ if name not in listed])


def _unused(known: Mapping[str, Option], words: list[str]) -> list[str]:
    used = {word.partition("=")[0] for word in words}
    return [name for name, option in known.items() if option.repeated or name not in used]


def _quoted(values: Iterable[str]) -> list[str]:
    return [f'"{value}"' if " " in value else value for value in values]


def _near(fragment: str, choices: Iterable[str]) -> tuple[str, list[str]]:
    return fragment, [one for one in choices if one.lstrip('"').upper().startswith(fragment.upper())]
