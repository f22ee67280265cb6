"""Codes of underlyings: what is accepted, and what is refused with which advice."""

from __future__ import annotations

import copy
import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.core.markets import EXCHANGES
from pd_optstat.core.underlying import MAX_TICKER_LENGTH, IndexOptionType, Underlying, parse_underlying

LETTERS = string.ascii_letters + string.digits
#: Codes as exchanges give them, and as OpenD writes its US indices.
PARTS = st.lists(st.text(LETTERS, min_size=1, max_size=5), min_size=1, max_size=3)
US_CODES = st.builds(
    lambda dot, parts, joint: dot + joint.join(parts), st.sampled_from(["", "."]), PARTS, st.sampled_from(".-")
)
HK_CODES = st.integers(1, 999_999).map("{:05d}".format)
SYMBOLS = st.one_of(US_CODES.map("US.{}".format), HK_CODES.map("HK.{}".format))


@pytest.mark.parametrize(
    ("text", "market", "code"),
    [
        ("US.AAPL", "US", "AAPL"),
        ("us.aapl", "US", "AAPL"),
        (" Us.Aapl ", "US", "AAPL"),
        ("US.BRK.B", "US", "BRK.B"),
        ("US.BRK-B", "US", "BRK-B"),
        ("US..SPX", "US", ".SPX"),
        ("HK.00700", "HK", "00700"),
        ("hk.800000", "HK", "800000"),
    ],
)
def test_codes_with_their_market(text: str, market: str, code: str) -> None:
    found = parse_underlying(text)
    assert found == Underlying(market, code)
    assert (found.market, found.code, found.symbol) == (market, code, f"{market}.{code}")
    assert str(found) == f"{market}.{code}"


@given(SYMBOLS, st.data())
def test_case_and_spaces_do_not_matter(symbol: str, data: st.DataObject) -> None:
    mixed = "".join(data.draw(st.sampled_from([one.lower(), one.upper()])) for one in symbol)
    found = parse_underlying(f" {mixed}\t")
    assert found.symbol == symbol.upper()
    assert parse_underlying(found.symbol) == parse_underlying(found) == found
    assert eval(repr(found)) == copy.deepcopy(found) == pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert hash(found) == hash(Underlying(found.market.lower(), found.code.lower()))


@given(SYMBOLS)
def test_a_code_without_its_market_is_refused_with_the_likely_one(symbol: str) -> None:
    bare = symbol.partition(".")[2]
    if bare.partition(".")[0].upper() in {"US", "HK", "SH", "SZ", "SG", "JP", "AU", "MY", "CA", "FX", "CC"}:
        return
    if bare.rpartition(".")[2].upper() in {"US", "HK"}:
        return
    with pytest.raises(po.InvalidRequest, match="is not the code of an underlying") as caught:
        parse_underlying(bare)
    meant = str(caught.value).partition("Did you mean ")[2].partition("?")[0]
    assert parse_underlying(meant).code == (bare.zfill(5) if bare.isdecimal() else bare.upper())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("AAPL", "US.AAPL"),
        ("aapl", "US.AAPL"),
        ("BRK.B", "US.BRK.B"),
        (".SPX", "US..SPX"),
        ("00700", "HK.00700"),
        ("700", "HK.00700"),
        ("AAPL.US", "US.AAPL"),
        ("0700.HK", "HK.00700"),
        ("brk.b.us", "US.BRK.B"),
    ],
)
def test_did_you_mean(text: str, meant: str) -> None:
    with pytest.raises(po.InvalidRequest, match=rf"market='{text}' .* Did you mean {meant}\?"):
        parse_underlying(text)


def test_a_short_code_of_hong_kong_is_refused_with_all_its_digits() -> None:
    with pytest.raises(po.InvalidRequest, match=r"code='700' must have 5 digits. Did you mean HK.00700\?"):
        parse_underlying("HK.700")


@pytest.mark.parametrize(
    "value",
    [
        *("", ".", "US", "US.", "US. AAPL", "US.AA PL", "US.AAPL.", "US.-A", "US.A..B", "US.AAPL\n.B", "US.ＡＡＰＬ"),
        *("US.ΑAPL", "US.AAPL;DROP", "US/AAPL", "US_SECURITY", "A" * (MAX_TICKER_LENGTH + 1), "ſ", "US.ſ", "HK.７００"),
        *(None, 5, 1.5, b"US.AAPL", ["US.AAPL"], po.OptionMarket.US_INDEX, "US.\x1b[31m", "X" * 10_000_000),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_code_is_refused_in_few_words(value: object) -> None:
    with pytest.raises(po.InvalidRequest) as caught:
        parse_underlying(value)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("text", ["SH.600000", "sz.000001", "SG.D05"])
def test_markets_without_option_statistics(text: str) -> None:
    with pytest.raises(po.InvalidRequest, match="OpenD has option statistics of the markets HK and US only"):
        parse_underlying(text)


def is_code(text: str) -> bool:
    """Return whether `text` is a code by rules written anew, apart from its market."""
    code = text.strip()[3:].removeprefix(".")
    parts = code.replace("-", ".").split(".")
    if text.strip().upper().startswith("HK.") and text.strip()[3:].isdecimal() and len(text.strip()) < 8:
        return False
    return len(text.strip()) <= 23 and code.isascii() and all(part.isalnum() for part in parts)


@given(st.one_of(st.text(), st.text(LETTERS + ".-_ \u0131", max_size=24).map("hk.{}".format), SYMBOLS))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        found = parse_underlying(text)
    except po.InvalidRequest:
        assert "." not in text.strip() or not text.strip().upper().startswith(("US.", "HK.")) or not is_code(text)
    else:
        assert found.symbol.isascii()
        assert found.symbol == text.strip().upper()


@pytest.mark.parametrize("value", ["SMALL", "small", " Small ", 2, IndexOptionType.SMALL])
def test_index_option_types(value: object) -> None:
    found = Underlying("HK", "800100", index_option_type=value)  # type: ignore[arg-type]
    assert found.index_option_type is IndexOptionType.SMALL
    assert repr(found) == "Underlying('HK', '800100', index_option_type='SMALL')"
    assert str(found) == "HK.800100 (SMALL)"
    assert found != Underlying("HK", "800100")
    assert eval(repr(found)) == parse_underlying(str(found)) == found


@pytest.mark.parametrize("code", ["US.AAPL", "US..SPX", "HK.00700", "HK.800700"])
def test_only_the_hang_seng_indices_have_small_options(code: str) -> None:
    market, _, ticker = code.partition(".")
    with pytest.raises(po.InvalidRequest, match=r"only HK\.800000 and HK\.800100, the Hang Seng indices, have small"):
        Underlying(market, ticker, index_option_type="SMALL")


@pytest.mark.parametrize(
    ("market", "code", "meant"),
    [
        ("HK", 700, "'00700'"),
        ("HK", "HSI", r"HK\.800000"),
        ("HK", "hstech", r"HK\.800700"),
        ("US", "US.AAPL", "'AAPL'"),
        ("HK", "hk.00700", "'00700'"),
    ],
)
def test_what_was_meant_by_a_code(market: str, code: object, meant: str) -> None:
    with pytest.raises(po.InvalidRequest, match=rf"Did you mean {meant}\?"):
        Underlying(market, code)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["", "smal", "N/A", 0, 3, True, None, 1.0, po.OptionMarket.US_SECURITY])
def test_unknown_index_option_types_are_refused(value: object) -> None:
    with pytest.raises(po.InvalidRequest, match=r"index_option_type=.* is not known.*Valid: NORMAL \(1\), SMALL \(2\)"):
        Underlying("HK", "800000", index_option_type=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("market", ["", "USA", "uſ", None, 11, "SH"])
def test_unknown_markets_are_refused(market: object) -> None:
    with pytest.raises(po.InvalidRequest, match=r"market=.* must be one of 'HK', 'US'"):
        Underlying(market, "AAPL")  # type: ignore[arg-type]


def test_exchange_and_number_of_the_market() -> None:
    assert Underlying("HK", "00700").exchange is EXCHANGES["HK"]
    assert Underlying("US", "AAPL").exchange is EXCHANGES["US"]
    assert (Underlying("HK", "00700").security_market, Underlying("US", "AAPL").security_market) == (1, 11)


def test_underlyings_are_ordered_and_cannot_be_changed() -> None:
    names = ["US.AAPL", "HK.00700", "US..SPX", "HK.00005"]
    assert [one.symbol for one in sorted(map(parse_underlying, names))] == sorted(names)
    with pytest.raises(AttributeError):
        parse_underlying("US.AAPL").code = "MSFT"  # type: ignore[misc]
