"""What was probably meant by an argument that is not valid, for the error's text. Pure."""

from __future__ import annotations

import re

from .._util.validation import did_you_mean
from .markets import OptionMarket, OptionStatisticDataType
from .underlying import suggest_code

__all__ = ["data_type_hint", "market_hint", "source_hint"]

_DATE = re.compile(r"\d{4}-\d\d?-\d\d?.*")
_TICKER = re.compile(r"\.?[A-Z0-9]{1,6}(?:[.-][A-Z0-9]{1,3})?")
_ADDRESS = re.compile(r"(?:[a-z]+://)?((?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?/?")
#: Words for the two kinds of market, and for the two data types.
_KINDS = {"SECURITY": ("STOCK", "SECURIT", "EQUIT", "SINGLE", "ETF"), "INDEX": ("INDEX", "INDICES")}
_VOLATILITIES = ("VOLATIL", "IMPLIEDVOL", "HISTORICALVOL", "IV", "HV")
_DATA_TYPES = {"OPEN_INTEREST": ("OI", "OPENINT"), "VOLUME": ("VOL", "TURNOVER")}


def market_hint(value: object) -> str:
    """Return a sentence about what `value`, which is no market, may mean, after a space; else an empty string.

    Examples
    --------
    >>> market_hint("US_STOCKS")
    ' Did you mean US_SECURITY?'
    >>> market_hint("HK")
    ' Did you mean HK_SECURITY or HK_INDEX?'
    """
    if isinstance(value, (list, tuple, set)):
        return " For several markets, use po.load_panel(markets, data_types, start, end)."
    if not isinstance(value, str):
        return ""
    word = value.strip().upper()
    country = next((name for name in ("US", "HK") if re.match(rf"{name}(?![A-Z])|.*[ _-]{name}$", word)), "")
    kinds = [kind for kind, starts in _KINDS.items() if any(start in word for start in starts)]
    if country and not word.startswith(f"{country}."):
        meant = [market.name for market in OptionMarket if market.name.startswith(country)]
        meant = [name for name in meant if not kinds or name.partition("_")[2] in kinds]
        if kinds or word == country:
            return f" Did you mean {' or '.join(meant)}?"
    near = did_you_mean(value, OptionMarket.__members__)
    code = suggest_code(value.strip()) if not near and _TICKER.fullmatch(word) else None
    return f" Did you mean {code}?" if code else near


def data_type_hint(value: object) -> str:
    """Return a sentence about what `value`, which is no data type, may mean, after a space; else an empty string.

    Examples
    --------
    >>> data_type_hint("oi")
    ' Did you mean OPEN_INTEREST?'
    >>> data_type_hint("volatility")
    ' For the volatilities of an underlying, use po.load_volatility(code, start, end).'
    """
    if isinstance(value, (list, tuple, set)):
        return " For several data types, use po.load_panel(markets, data_types, start, end)."
    text = str(value).strip()
    if _DATE.fullmatch(text):
        return f" Dates come after the data type: 'VOLUME', {text[:10]!r}, or start={text[:10]!r}."
    if not isinstance(value, str):
        return ""
    word = re.sub(r"[^A-Z]", "", text.upper())
    if word.startswith(_VOLATILITIES):
        return " For the volatilities of an underlying, use po.load_volatility(code, start, end)."
    if word.startswith(("VOLATIL", "IV", "HV", "IMPLIED")):
        return " For the volatilities of an underlying, use po.load_volatility('US.AAPL', start, end)."
    for name, starts in _DATA_TYPES.items():
        if word.startswith(starts):
            return f" Did you mean {name}?"
    return did_you_mean(value, OptionStatisticDataType.__members__)


def source_hint(value: str) -> str:
    """Return a sentence about what `value`, a source without a known scheme, may mean; else an empty string.

    Examples
    --------
    >>> source_hint("localhost:11111"), source_hint("simulator")
    (' Did you mean opend://localhost:11111?', ' Did you mean simulator:?')
    """
    text = value.strip()
    if "simul" in text.lower() and ":" not in text:
        return " Did you mean simulator:?"
    if text.lower() in ("opend", "futu", "moomoo", "live"):
        return " Did you mean opend://127.0.0.1:11111?"
    if text.endswith(".optstat"):
        return f" Did you mean snapshot:{text}?" if len(text) <= 200 else ""
    found = _ADDRESS.fullmatch(text)
    is_address = found and (found[2] or found[1].count(".") == 3 or found[1] == "localhost")
    return f" Did you mean opend://{found[1]}:{found[2] or 11111}?" if found and is_address else ""
