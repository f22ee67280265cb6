"""Pages of one underlying join into rows, or are refused with the reason."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.core.arrays import ABSENT
from pd_optstat.core.calendars import midnights
from pd_optstat.core.dates import to_day
from pd_optstat.core.underlying import Underlying
from pd_optstat.core.underlying_pages import (
    Counts,
    StatisticPage,
    UnderlyingQuery,
    UnderlyingTable,
    VolatilityPage,
)
from pd_optstat.core.underlying_stitching import StatisticStitcher, VolatilityStitcher

AAPL = Underlying("US", "AAPL")
FIRST, LAST = (to_day(np.datetime64(text).item()) for text in ("2026-06-01", "2026-06-12"))
#: The sessions of these two weeks, newest first.
DAYS = np.array([day for day in range(LAST, FIRST - 1, -1) if (day + 3) % 7 < 5])


def counts(scale: int = 1000, **changes: Any) -> Counts:
    calls, puts = scale + DAYS % 97, scale + DAYS % 89
    whole = {"calls": calls, "puts": puts, "totals": calls + puts, "ratios": puts / calls, **changes}
    return Counts(**whole)


def statistic(**changes: Any) -> StatisticPage:
    whole: dict[str, Any] = {
        "owner_market": 11,
        "owner_code": "AAPL",
        "days": DAYS,
        "timestamps": midnights(DAYS, AAPL.exchange),
        "prices": 100.0 + DAYS % 10,
        "volumes": counts(),
        "interests": counts(9000),
        **changes,
    }
    return StatisticPage(**whole)


def volatility(**changes: Any) -> VolatilityPage:
    common = {
        name: getattr(statistic(), name) for name in ("owner_market", "owner_code", "days", "timestamps", "prices")
    }
    return VolatilityPage(**{**common, "ivs": 20.0 + DAYS % 7, "hvs": 25.0 + DAYS % 5, **changes})


def take(page: Any, rows: Any, **changes: Any) -> Any:
    """Return the page with the rows at these positions."""

    def taken(value: Any) -> Any:
        return Counts(*(column[rows] for column in value)) if isinstance(value, Counts) else value[rows]

    columns = ["days", "timestamps", "prices"]
    columns += ["volumes", "interests"] if isinstance(page, StatisticPage) else ["ivs", "hvs"]
    return replace(page, **{name: taken(getattr(page, name)) for name in columns}, **changes)


def changed(values: np.ndarray, row: int, value: Any) -> np.ndarray:
    values = values.copy()
    values[row] = value
    return values


def stitcher(kind: str = "statistic", first: int = FIRST, last: int = LAST, sessions: int = 10) -> Any:
    table = UnderlyingTable[kind.upper()]
    made: Any = StatisticStitcher if table is UnderlyingTable.STATISTIC else VolatilityStitcher
    return made(UnderlyingQuery(AAPL, table, first, last), sessions)


PAGES: dict[str, Any] = {"statistic": statistic, "volatility": volatility}
both = pytest.mark.parametrize("kind", PAGES)


# -- What fits --------------------------------------------------------------------------------------------------------


def test_statistics_of_one_page() -> None:
    one = stitcher()
    assert one.add(statistic()) is True
    rows = one.rows()
    page = take(statistic(), slice(None, None, -1))
    assert (one.notes, one.pages) == ([], 1)
    for found, expected in (
        (rows.days, page.days),
        (rows.call_volumes, page.volumes.calls),
        (rows.put_volumes, page.volumes.puts),
        (rows.call_interests, page.interests.calls),
        (rows.put_interests, page.interests.puts),
        (rows.prices, page.prices),
    ):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype
    assert rows.has_interest.all()


def test_volatilities_of_one_page_with_rows_that_have_no_number() -> None:
    nothing = np.full(len(DAYS), np.nan)
    page = volatility(ivs=changed(volatility().ivs, 3, np.nan), hvs=nothing, prices=nothing, timestamps=nothing)
    one = stitcher("volatility")
    assert one.add(page) is True
    rows = one.rows()
    np.testing.assert_array_equal(rows.days, DAYS[::-1])
    np.testing.assert_array_equal(rows.ivs, page.ivs[::-1])
    assert np.isnan(rows.hvs).all()
    assert np.isnan(rows.prices).all()
    assert one.notes == []


@both
@given(order=st.permutations(range(10)), size=st.integers(1, 10), again=st.lists(st.integers(0, 9), max_size=2))
def test_pages_of_any_order_and_repeated_rows_give_the_same(kind: str, order: Any, size: int, again: Any) -> None:
    page, whole = PAGES[kind](), stitcher(kind)
    whole.add(page)
    parts = [order[start : start + size] for start in range(0, 10, size)]
    one = stitcher(kind)
    for number, part in enumerate(parts):
        key = b"" if number == len(parts) - 1 else bytes([number + 1])
        assert one.add(take(page, np.array([*part, *again]), next_key=key)) == (not key)
    for name in type(whole.rows()).__slots__:
        np.testing.assert_array_equal(getattr(one.rows(), name), getattr(whole.rows(), name))


@both
def test_an_empty_answer(kind: str) -> None:
    one = stitcher(kind)
    assert one.add(take(PAGES[kind](), slice(0))) is True
    rows = one.rows()
    assert [len(getattr(rows, name)) for name in type(rows).__slots__] == [0] * len(type(rows).__slots__)
    assert rows.days.dtype == np.int64
    assert stitcher(kind).rows().prices.dtype == np.float64


@both
def test_a_price_of_0_is_none(kind: str) -> None:
    one = stitcher(kind)
    one.add(PAGES[kind](prices=changed(statistic().prices, 0, 0.0)))
    assert np.flatnonzero(np.isnan(one.rows().prices)).tolist() == [9]
    assert one.notes == []


def test_an_open_interest_of_0_is_told() -> None:
    page = statistic()
    zeros = {name: changed(getattr(page.interests, name), 0, 0) for name in ("calls", "puts", "totals")}
    interests = counts(9000, **zeros, ratios=changed(page.interests.ratios, 0, np.nan))
    one = stitcher()
    one.add(statistic(interests=interests))
    assert one.rows().has_interest.tolist() == [True] * 9 + [False]


def test_derived_fields_may_be_absent() -> None:
    absent, nan = np.full(len(DAYS), ABSENT), np.full(len(DAYS), np.nan)
    one = stitcher()
    parts = (counts(totals=absent, ratios=nan), counts(9000, totals=absent, ratios=nan))
    one.add(statistic(volumes=parts[0], interests=parts[1], timestamps=nan, prices=nan))
    assert one.notes == []
    assert np.isnan(one.rows().prices).all()


def test_a_larger_total_volume_is_noted_once_and_not_used() -> None:
    one, right = stitcher(), stitcher()
    page = statistic(volumes=counts(totals=counts().totals + 5))
    assert one.add(take(page, slice(0, 6), next_key=b"k")) is False
    assert one.add(take(page, slice(6, None))) is True
    right.add(statistic())
    call, put = page.volumes.calls[0], page.volumes.puts[0]
    assert one.notes == [f"2026-06-12 has total volume {call + put + 5}, more than call {call} + put {put}"]
    np.testing.assert_array_equal(one.rows().call_volumes, right.rows().call_volumes)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"timestamps": midnights(DAYS, AAPL.exchange) + 86400}, "2026-06-12 has timestamp"),
        ({"volumes": counts(ratios=counts().ratios + 1)}, "2026-06-12 has volume ratio"),
        ({"interests": counts(9000, ratios=counts(9000).ratios + 1)}, "2026-06-12 has open interest ratio"),
        ({"volumes": counts(ratios=np.full(len(DAYS), np.inf))}, "2026-06-12 has volume ratio inf"),
    ],
)
def test_derived_fields_that_do_not_fit_are_noted(changes: dict[str, Any], note: str) -> None:
    one = stitcher()
    one.add(statistic(**changes))
    assert len(one.notes) == 10
    assert one.notes[0].startswith(note)


def test_notes_are_limited() -> None:
    days = np.arange(LAST, LAST - 365, -1)
    table = {name: np.full(365, 100) for name in ("calls", "puts")}
    wrong = Counts(**table, totals=np.full(365, 200), ratios=np.full(365, 7.0))
    one = stitcher(first=LAST - 364, sessions=365)
    prices = np.full(365, 5.0)
    one.add(statistic(days=days, timestamps=np.zeros(365), prices=prices, volumes=wrong, interests=wrong))
    assert len(one.notes) == 50


# -- What does not ----------------------------------------------------------------------------------------------------

BOTH_KINDS: list[tuple[dict[str, Any], str]] = [
    ({"owner_market": 1}, "the reply is for market 1, not 11"),
    ({"owner_market": None}, "the reply is for market None, not 11"),
    ({"owner_code": "MSFT"}, "the reply is for code 'MSFT', not 'AAPL'"),
    ({"owner_code": "aapl"}, "the reply is for code 'aapl', not 'AAPL'"),
    ({"owner_code": None}, r"the reply is for code \(absent\), not 'AAPL'"),
    ({"owner_code": "x" * 10_000}, "the reply is for code 'x+', not 'AAPL'"),
    ({"unreadable": "2026-13-45"}, "'2026-13-45' is not a trading day"),
    ({"days": changed(DAYS, 0, FIRST - 1)}, "2026-05-31 is outside the dates asked for"),
    ({"days": changed(DAYS, 0, LAST + 1)}, "2026-06-13 is outside the dates asked for"),
    ({"days": changed(DAYS, 0, ABSENT), "unreadable": ""}, "'' is not a trading day"),
    ({"prices": changed(statistic().prices, 0, -0.01)}, "2026-06-12 has price -0.01"),
    ({"prices": changed(statistic().prices, 0, math.inf)}, "2026-06-12 has price inf"),
    ({"prices": changed(statistic().prices, 0, -math.inf)}, "2026-06-12 has price -inf"),
    ({"prices": changed(statistic().prices, 0, 1e300)}, r"2026-06-12 has price 1e\+300"),
    ({"next_key": bytes(64 * 1024 + 1)}, "a page key has 65537 bytes, more than 65536"),
]


@pytest.mark.parametrize(("changes", "text"), BOTH_KINDS)
@both
def test_pages_that_do_not_fit(kind: str, changes: dict[str, Any], text: str) -> None:
    name = {"statistic": "statistics", "volatility": "volatilities"}[kind]
    with pytest.raises(po.InvalidData, match=text) as caught:
        stitcher(kind).add(PAGES[kind](**changes))
    assert str(caught.value).startswith(f"The reply to the request for {name} of US.AAPL 2026-06-01..2026-06-12 is")
    assert len(str(caught.value)) < 500


def wrong_counts(name: str) -> list[tuple[Counts, str]]:
    scale, word = (1000, "volume") if name == "volumes" else (9000, "open interest")
    right = counts(scale)
    found = [
        (counts(scale, **{side: changed(getattr(right, side), 0, value)}), told.format(f"{side[:-1]} {word}"))
        for side in ("calls", "puts")
        for value, told in (
            (-1, "{} -1"),
            (ABSENT, "no {}"),
            (2**60 + 1, f"{{}} {2**60 + 1}"),
            (2**63 - 1, f"{{}} {2**63 - 1}"),
        )
    ]
    found += [
        (counts(scale, totals=changed(right.totals, 0, right.totals[0] - 1)), f"total {word} {right.totals[0] - 1}"),
        (counts(scale, totals=changed(right.totals, 0, -5)), f"total {word} -5"),
        (counts(scale, totals=changed(right.totals, 0, 2**63 - 1)), f"total {word} {2**63 - 1}"),
    ]
    if name == "interests":
        more = right.totals[0] + 1
        found.append((counts(scale, totals=changed(right.totals, 0, more)), f"total {word} {more}, which is not call"))
    return found


@pytest.mark.parametrize(
    ("name", "wrong", "text"), [(name, *case) for name in ("volumes", "interests") for case in wrong_counts(name)]
)
def test_counts_that_do_not_fit(name: str, wrong: Counts, text: str) -> None:
    with pytest.raises(po.InvalidData, match=f"2026-06-12 has {text}"):
        stitcher().add(statistic(**{name: wrong}))


@pytest.mark.parametrize("name", ["iv", "hv"])
@pytest.mark.parametrize("value", [-0.001, math.inf, -math.inf, 1e7])
def test_volatilities_that_do_not_fit(name: str, value: float) -> None:
    page = volatility()
    with pytest.raises(po.InvalidData, match=f"2026-06-12 has {name} "):
        stitcher("volatility").add(replace(page, **{f"{name}s": changed(getattr(page, f"{name}s"), 0, value)}))


@pytest.mark.parametrize("on_one_page", [True, False], ids=["one page", "two pages"])
@pytest.mark.parametrize(
    ("kind", "name", "column"),
    [
        *[("statistic", f"{side[:-1]} volume", ("volumes", side)) for side in ("calls", "puts")],
        *[("statistic", f"{side[:-1]} open interest", ("interests", side)) for side in ("calls", "puts")],
        ("statistic", "price", ("prices", None)),
        ("volatility", "iv", ("ivs", None)),
        ("volatility", "hv", ("hvs", None)),
        ("volatility", "price", ("prices", None)),
    ],
)
def test_rows_that_contradict_each_other(kind: str, name: str, column: Any, on_one_page: bool) -> None:
    page, (attribute, side) = PAGES[kind](), column
    value = getattr(page, attribute)
    if side is None:
        other = replace(page, **{attribute: changed(value, 4, value[4] + 1)})
    else:
        more = changed(getattr(value, side), 4, getattr(value, side)[4] + 1)
        absent = {"totals": np.full(len(DAYS), ABSENT), "ratios": np.full(len(DAYS), np.nan)}
        other = replace(page, **{attribute: value._replace(**{side: more}, **absent)})
    one = stitcher(kind)
    if not on_one_page:
        one.add(replace(page, next_key=b"k"))
    with pytest.raises(po.InvalidData, match=f"2026-06-08 has {name} .* in one row and .* in another"):
        one.add(joined(page, other) if on_one_page else take(other, np.array([4])))


def joined(one: Any, other: Any) -> Any:
    """Return a page with row 4 of both, as a duplicated day."""

    def both_rows(a: Any, b: Any) -> Any:
        if isinstance(a, Counts):
            return Counts(*(both_rows(x, y) for x, y in zip(a, b, strict=True)))
        return np.concatenate([a[4:5], b[4:5]])

    names = [
        name for name in ("days", "timestamps", "prices", "volumes", "interests", "ivs", "hvs") if hasattr(one, name)
    ]
    return replace(one, **{name: both_rows(getattr(one, name), getattr(other, name)) for name in names})


def test_a_number_and_none_contradict_each_other() -> None:
    one = stitcher("volatility")
    one.add(volatility(next_key=b"k"))
    with pytest.raises(po.InvalidData, match=r"2026-06-12 has iv .* in one row and nan in another"):
        one.add(take(volatility(ivs=np.full(len(DAYS), np.nan)), slice(0, 1)))


@both
def test_more_rows_than_dates(kind: str) -> None:
    page = take(PAGES[kind](), np.resize(np.arange(10), 13))
    with pytest.raises(po.InvalidData, match="a page has 13 rows, but only 12 dates were asked for"):
        stitcher(kind).add(page)


@both
def test_page_keys_that_never_end(kind: str) -> None:
    page = PAGES[kind]()
    one = stitcher(kind)
    one.add(take(page, slice(0, 5), next_key=b"k"))
    with pytest.raises(po.InvalidData, match="the key of page 2 was given before"):
        one.add(take(page, slice(5, 9), next_key=b"k"))
    other = stitcher(kind)
    for number in range(10):
        other.add(take(page, slice(0), next_key=bytes([number + 1])))
    with pytest.raises(po.InvalidData, match="there are 11 pages so far for at most 10 sessions"):
        other.add(take(page, slice(0), next_key=b"one more"))


@both
def test_pages_may_come_again_after_their_keys_were_lost(kind: str) -> None:
    page, one = PAGES[kind](), stitcher(kind)
    for restart in (False, True):
        for number in range(9):
            rows = slice(number, number + 1)
            assert one.add(take(page, rows, next_key=bytes([number + 1]), restart=restart and number == 0)) is False
    assert one.add(take(page, slice(9, None))) is True
    assert len(one.rows().days) == 10
    assert one.pages == 19
