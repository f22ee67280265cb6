"""One underlying of options, a stock, fund or index, and the code by which OpenD names it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import NoReturn

from .._util.validation import did_you_mean, shorten
from ..errors import InvalidRequest
from .markets import EXCHANGES, Exchange

__all__ = ["SECURITY_MARKETS", "IndexOptionType", "Underlying", "is_code", "parse_underlying", "suggest_code"]

#: The protocol's numbers of the markets in ``Security.market`` (``Qot_Common.QotMarket``), by their names in a code.
SECURITY_MARKETS = {"HK": 1, "US": 11}
#: Markets that the vendor's SDKs write in codes as well, of which OpenD has no option statistics.
_OTHER_MARKETS = ("SH", "SZ", "SG", "JP", "AU", "MY", "CA", "FX", "CC")

#: Letters and digits with dots or dashes between them, as in BRK.B. OpenD's indices of the US begin with a dot.
_TICKER = re.compile(r"\.?[A-Z0-9]+(?:[.-][A-Z0-9]+)*")
#: Indices of the US with options, as they are written without OpenD's dot.
_US_INDICES = frozenset({"DJX", "NDX", "OEX", "RUT", "SPX", "VIX", "XSP"})
#: The Hang Seng Index, and the Hang Seng China Enterprises Index.
_WITH_SMALL_OPTIONS = frozenset({"HK.800000", "HK.800100"})
#: Longer than any code that an exchange has given.
MAX_TICKER_LENGTH = 20
#: Indices of Hong Kong by the names that others use.
_HK_INDICES = {"HSI": "800000", "HSCEI": "800100", "HHI": "800100", "HSTECH": "800700"}
#: Codes of the Hong Kong exchange have five digits, with zeros in front; those of its indices have six.
_HK_DIGITS = 5


class IndexOptionType(IntEnum):
    """Which options of an index are counted, with the protocol's numbers (``Qot_Common.IndexOptionType``).

    Only the Hang Seng Index and the Hang Seng China Enterprises Index have small ones.
    """

    NORMAL = 1
    SMALL = 2


@dataclass(frozen=True, slots=True, order=True, init=False, repr=False)
class Underlying:
    """A stock, fund or index with options.

    Parameters
    ----------
    market : str
        ``"US"`` or ``"HK"``, in any case.
    code : str
        The code in that market, in any case: ``"AAPL"``, ``"00700"``.
    index_option_type : IndexOptionType, str or int
        ``"NORMAL"`` or ``"SMALL"``, in any case, or the protocol's number.

    Raises
    ------
    InvalidRequest
        If the market is not known, the code cannot be one of that market, or it has no small options.

    Examples
    --------
    >>> Underlying("us", "aapl")
    Underlying('US', 'AAPL')
    >>> str(Underlying("HK", "800000", index_option_type="small"))
    'HK.800000 (SMALL)'
    """

    market: str
    code: str
    index_option_type: IndexOptionType

    # Written out, as the arguments may be of more types than the attributes.
    def __init__(
        self, market: str, code: str, index_option_type: IndexOptionType | str | int = IndexOptionType.NORMAL
    ) -> None:
        checked = _parse_market(market)
        option_type = _parse_index_option_type(index_option_type)
        object.__setattr__(self, "market", checked)
        object.__setattr__(self, "code", _parse_ticker(code, checked))
        object.__setattr__(self, "index_option_type", option_type)
        if option_type is IndexOptionType.SMALL and self.symbol not in _WITH_SMALL_OPTIONS:
            raise InvalidRequest(
                f"index_option_type={option_type.name!r} is not valid for {self.symbol}: only "
                f"{' and '.join(sorted(_WITH_SMALL_OPTIONS))}, the Hang Seng indices, have small options. Leave it out."
            )

    @property
    def symbol(self) -> str:
        """Market and code as OpenD's clients write them.

        Examples
        --------
        >>> Underlying("US", "AAPL").symbol
        'US.AAPL'
        """
        return f"{self.market}.{self.code}"

    @property
    def security_market(self) -> int:
        """The protocol's number of the market."""
        return SECURITY_MARKETS[self.market]

    @property
    def exchange(self) -> Exchange:
        """The exchange on whose sessions the underlying has rows.

        Examples
        --------
        >>> Underlying("HK", "00700").exchange.calendar
        'XHKG'
        """
        return EXCHANGES[self.market]

    def __str__(self) -> str:
        small = self.index_option_type is not IndexOptionType.NORMAL
        return f"{self.symbol} ({self.index_option_type.name})" if small else self.symbol

    def __repr__(self) -> str:
        small = self.index_option_type is not IndexOptionType.NORMAL
        more = f", index_option_type={self.index_option_type.name!r}" if small else ""
        return f"Underlying({self.market!r}, {self.code!r}{more})"


def parse_underlying(value: object, argument: str = "market") -> Underlying:
    """Return the underlying for an `Underlying`, or for its code with the market in front, in any case.

    Raises
    ------
    InvalidRequest
        If it is neither. A code without its market is refused, as ``"00700"`` and ``"AAPL"`` could be of any; the
        message says which one may be meant.

    Examples
    --------
    >>> parse_underlying("us.aapl"), parse_underlying("HK.00700")
    (Underlying('US', 'AAPL'), Underlying('HK', '00700'))
    """
    if isinstance(value, Underlying):
        return value
    if not isinstance(value, str):
        _refuse(value, argument)
    text = value.strip()
    market, dot, code = text.partition(".")
    if dot and market.upper() in SECURITY_MARKETS:
        plain, _, option_type = code.partition(" (")  # as `str` writes those of small options
        if option_type.upper() == "SMALL)":
            return Underlying(market, plain, IndexOptionType.SMALL)
        return Underlying(market, code)
    if dot and market.upper() in _OTHER_MARKETS:
        raise InvalidRequest(
            f"{argument}={shorten(value)} is of market {market.upper()}. OpenD has option statistics of the markets "
            f"{' and '.join(sorted(SECURITY_MARKETS))} only."
        )
    _refuse(value, argument, suggest_code(text))


def is_code(value: object) -> bool:
    """Return whether a text begins with a market and a dot, as the code of an underlying does.

    Examples
    --------
    >>> is_code("us.aapl"), is_code("SH.600519"), is_code("US_SECURITY"), is_code("AAPL")
    (True, True, False, False)
    """
    market, dot, _ = value.strip().partition(".") if isinstance(value, str) else ("", "", "")
    return bool(dot) and market.upper() in (*SECURITY_MARKETS, *_OTHER_MARKETS)


def _refuse(value: object, argument: str, meant: str | None = None) -> NoReturn:
    hint = f" Did you mean {meant}?" if meant else ""
    raise InvalidRequest(
        f"{argument}={shorten(value)} is not the code of an underlying.{hint} Give the market, a dot and the code, "
        "such as 'US.AAPL' or 'HK.00700'."
    )


def suggest_code(text: str) -> str | None:
    """Return the code that a text without a market in front may stand for; None if it is like no code at all."""
    ticker = text.upper()
    if not text.isascii() or ticker in SECURITY_MARKETS:
        return None
    before, dot, after = ticker.rpartition(".")
    if dot and after in SECURITY_MARKETS and _is_ticker(before):  # AAPL.US or 0700.HK, as others write it
        return f"{after}.{_pad(before) if after == 'HK' else before}"
    if not _is_ticker(ticker):
        return None
    if ticker.isdecimal():
        return f"HK.{_pad(ticker)}"
    return f"US..{ticker}" if ticker in _US_INDICES else f"US.{ticker}"


def _pad(ticker: str) -> str:
    return ticker.zfill(_HK_DIGITS) if ticker.isdecimal() else ticker


def _is_ticker(text: str) -> bool:
    return len(text) <= MAX_TICKER_LENGTH and _TICKER.fullmatch(text) is not None


def _parse_market(value: object) -> str:
    # Other alphabets have lowercase letters whose uppercase form is ASCII.
    if isinstance(value, str) and value.isascii() and value.strip().upper() in SECURITY_MARKETS:
        return value.strip().upper()
    raise InvalidRequest(f"market={shorten(value)} must be one of {', '.join(map(repr, sorted(SECURITY_MARKETS)))}.")


def _parse_ticker(value: object, market: str) -> str:
    code = value.upper() if isinstance(value, str) and value.isascii() else ""
    before, _, after = code.partition(".")
    if before == market and _is_ticker(after):
        raise InvalidRequest(f"code={shorten(value)} must be without its market. Did you mean {after!r}?")
    if market == "HK" and type(value) is int and 0 < value < 10**_HK_DIGITS:
        raise InvalidRequest(f"code={value} must be a string of {_HK_DIGITS} digits. Did you mean '{value:05d}'?")
    if not _is_ticker(code):
        raise InvalidRequest(
            f"code={shorten(value)} is not a code of market {market}. A code has up to {MAX_TICKER_LENGTH} letters and "
            "digits, with dots or dashes between them."
        )
    if market == "HK" and code != _pad(code):
        raise InvalidRequest(f"code={shorten(value)} must have {_HK_DIGITS} digits. Did you mean HK.{_pad(code)}?")
    if market == "HK" and code in _HK_INDICES:
        raise InvalidRequest(f"code={shorten(value)} is not how OpenD names it. Did you mean HK.{_HK_INDICES[code]}?")
    return code


def _parse_index_option_type(value: object) -> IndexOptionType:
    if isinstance(value, str):
        found = IndexOptionType.__members__.get(value.strip().upper()) if value.isascii() else None
        if found is not None:
            return found
    elif isinstance(value, IndexOptionType) or (type(value) is int and value in set(IndexOptionType)):
        return IndexOptionType(value)
    valid = ", ".join(f"{member.name} ({member.value})" for member in IndexOptionType)
    meant = did_you_mean(value, IndexOptionType.__members__) if isinstance(value, str) else ""
    raise InvalidRequest(f"index_option_type={shorten(value)} is not known.{meant} Valid: {valid}.")
