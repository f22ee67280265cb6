"""`load` against another implementation of OpenD: as it should be, as it may be, and as it must not be."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fault_catalogue import CATALOGUE
from support.independent_faults import FAULTS
from support.independent_opend import IndependentOpenD
from support.independent_totals import (
    FIRST,
    HK_INDEX,
    LAST,
    OPEN_INTEREST,
    SESSIONS,
    TOTALS,
    US,
    US_SECURITY,
    VOLUME,
    expected,
    got,
)

import pd_optstat as po
from pd_optstat.opend import rate_limit
from pd_optstat.opend.packets import ProtoId
from pd_optstat.opend.retry import MAX_FRUITLESS

pytestmark = pytest.mark.vendor

YEAR = ("2025-01-01", "2025-12-31")
#: Longer than any single wait that `TIMEOUT` allows, short enough to notice a load that never ends.
BOUND, TIMEOUT = 10.0, 0.5


def opend(server: IndependentOpenD, **options: Any) -> po.OpenD:
    return po.OpenD(port=server.port, timeout=options.pop("timeout", 5.0), **options)


def within(seconds: float, action: Callable[[], Any]) -> Any:
    """Return what `action` returns, or raise what it raises; fail if it takes longer than `seconds`."""
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["result"] = action()
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        pytest.fail(f"still running after {seconds} s")
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]


# -- As it should be, and as it may be -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["protobuf", "json"])
@pytest.mark.parametrize("page_size", [37, 50, 100, 250, 251, 400])
def test_pages_of_any_size_make_the_same_frame(page_size: int, form: str) -> None:
    with IndependentOpenD(TOTALS, page_size=page_size) as server:
        frame = po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server, format=form), cache=False)
    assert got(frame) == expected(US, *YEAR)
    assert len(frame) == 250
    assert len(server.asked) == -(-250 // page_size) == frame.attrs["optstat"]["requests"]
    assert len(server.first_pages) == 1 == frame.attrs["optstat"]["first_page_requests"]


def test_one_row_a_page_and_a_last_empty_page() -> None:
    with IndependentOpenD({(US_SECURITY, VOLUME): dict(list(US.items())[-30:])}, page_size=1) as server:
        frame = po.load("US_SECURITY", "VOLUME", "2026-04-20", LAST, source=opend(server), cache=False)
    assert got(frame) == dict(list(US.items())[-30:])
    assert len(server.asked) == 30


@pytest.mark.parametrize("market", list(po.OptionMarket), ids=lambda market: market.name)
@pytest.mark.parametrize("data_type", list(po.OptionStatisticDataType), ids=lambda data_type: data_type.name)
def test_every_series_over_many_years(market: po.OptionMarket, data_type: po.OptionStatisticDataType) -> None:
    with IndependentOpenD(TOTALS, page_size=200) as server:
        frame = po.load(market, data_type, FIRST, LAST, source=opend(server))
    assert got(frame) == TOTALS[market.value, data_type.value]
    assert all((asked.end - asked.begin).days < 365 for asked in server.asked)


@pytest.mark.parametrize(
    "option",
    [
        {"bare": True},
        {"push": True},
        {"trickle": True},
        {"clock_times": True},
        {"shuffle": True},
        {"silent_state": True},
        {"bare": True, "push": True, "trickle": True, "clock_times": True, "shuffle": True, "page_size": 61},
    ],
    ids=lambda option: "+".join(option),
)
def test_what_the_protocol_allows_changes_nothing(option: dict[str, Any]) -> None:
    with IndependentOpenD(TOTALS, **{"page_size": 100, **option}) as server:
        panel = po.load_panel(["US_SECURITY", "HK_INDEX"], None, "2023-01-01", "2024-12-31", source=opend(server))
    for market, data_type in [(US_SECURITY, VOLUME), (US_SECURITY, OPEN_INTEREST), (HK_INDEX, VOLUME)]:
        series = panel[po.OptionMarket(market).name, po.OptionStatisticDataType(data_type).name].dropna()
        assert got(series) == expected(TOTALS[market, data_type], "2023-01-01", "2024-12-31")
    assert len(server.first_pages) == 2 * 4  # two windows for each of four series
    assert server.connections == 1
    if option.get("shuffle"):
        assert server.reordered


def test_a_series_without_any_row_is_an_empty_frame() -> None:
    with IndependentOpenD({}) as server:
        frame = po.load("HK_INDEX", "VOLUME", *YEAR, source=opend(server))
    assert frame.empty
    assert list(frame.dtypes.astype(str)) == ["float64", "int64", "int64", "int64", "float64"]
    assert len(frame.attrs["optstat"]["missing"]) == len(expected(TOTALS[HK_INDEX, VOLUME], *YEAR))


def test_the_same_day_twice_with_the_same_values_is_one_row() -> None:
    def twice(s2c: Any) -> None:
        s2c.statisticList.add().CopyFrom(s2c.statisticList[0])

    def answer(here: Any, request: Any, c2s: Any, response: Any) -> None:
        twice(response.s2c)
        here.reply(request, response)

    with pytest.MonkeyPatch.context() as patch, IndependentOpenD(TOTALS, fault="twice") as server:
        patch.setitem(FAULTS, "twice", answer)
        frame = po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))
    assert got(frame) == expected(US, *YEAR)


def test_no_call_at_all_gives_no_ratio() -> None:
    with IndependentOpenD({(US_SECURITY, VOLUME): {date(2025, 3, 3): (0, 7), date(2025, 3, 4): (0, 0)}}) as server:
        frame = po.load("US_SECURITY", "VOLUME", "2025-03-03", "2025-03-04", source=opend(server))
    assert got(frame) == {date(2025, 3, 3): (0, 7), date(2025, 3, 4): (0, 0)}
    assert frame["ratio"].isna().all()


@pytest.mark.parametrize("field", ["timestamp", "ratio"])
@pytest.mark.parametrize("value", [1.0e9, float("nan"), float("inf"), -1.0])
def test_derived_fields_that_do_not_fit_are_a_warning_and_are_not_used(
    field: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(here: Any, request: Any, c2s: Any, response: Any) -> None:
        setattr(response.s2c.statisticList[0], field, value)
        here.reply(request, response)

    monkeypatch.setitem(FAULTS, "derived", answer)
    with (
        IndependentOpenD(TOTALS, fault="derived") as server,
        pytest.warns(po.DataWarning, match=f"2025-12-31 has {field}"),
    ):
        frame = po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))
    assert got(frame) == expected(US, *YEAR)
    with IndependentOpenD(TOTALS) as server:
        right = po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server), cache=False)
    pd.testing.assert_frame_equal(frame, right)


def test_a_row_on_a_day_that_is_no_session_counts_wherever_the_load_begins(tmp_path: Path) -> None:
    """The calendar advises, the server's rows decide: Good Friday, of which our calendar knows no session."""
    holiday = date(2024, 3, 29)
    totals = {(US_SECURITY, VOLUME): {**US, holiday: (5, 7)}}
    with IndependentOpenD(totals) as server:
        inside = po.load("US_SECURITY", "VOLUME", "2024-03-25", "2024-04-05", source=opend(server), cache=False)
        first = po.load("US_SECURITY", "VOLUME", holiday, "2024-04-05", source=opend(server), cache=False)
        last = po.load("US_SECURITY", "VOLUME", "2024-03-25", holiday, source=opend(server), cache=False)
    assert got(inside)[holiday] == (5, 7)
    assert got(first) == expected(totals[US_SECURITY, VOLUME], holiday, "2024-04-05")
    assert got(last) == expected(totals[US_SECURITY, VOLUME], "2024-03-25", holiday)


# -- Refusals --------------------------------------------------------------------------------------------------------


def test_a_refusal_is_told_in_the_servers_own_words() -> None:
    with IndependentOpenD(TOTALS, refuse=(-500, "no quote right for this market", 42)) as server:
        with pytest.raises(po.RequestRejected, match="no quote right") as caught:
            po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))
        assert (caught.value.ret_type, caught.value.err_code) == (-500, 42)
        assert caught.value.ret_msg == "no quote right for this market"
        assert not isinstance(caught.value, po.RateLimited)
        server.options.refuse = None
        assert got(po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))) == expected(US, *YEAR)


@pytest.mark.parametrize(
    "text", ["Request frequency is too high", "获取期权市场统计频率太高，请求失败，每30秒最多60次。"]
)
def test_the_servers_rate_limit_is_recognised(text: str) -> None:
    with (
        IndependentOpenD(TOTALS, refuse=(-1, text, 0)) as server,
        pytest.raises(po.RateLimited, match="60 requests in 30 s"),
    ):
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))


def test_a_retype_that_is_absent_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(here: Any, request: Any, c2s: Any, response: Any) -> None:
        response.ClearField("retType")
        here.send(request.proto_id, request.serial, response.SerializePartialToString())

    monkeypatch.setitem(FAULTS, "no ret_type", answer)
    with IndependentOpenD(TOTALS, fault="no ret_type") as server, pytest.raises(po.RequestRejected, match="-400"):
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))


def test_a_refusal_in_bytes_that_are_no_text_is_still_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(here: Any, request: Any, c2s: Any, response: Any) -> None:
        message = "获取失败".encode("gbk")
        here.send(request.proto_id, request.serial, b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x12\x08" + message)

    monkeypatch.setitem(FAULTS, "gbk", answer)
    with IndependentOpenD(TOTALS, fault="gbk") as server, pytest.raises((po.RequestRejected, po.ProtocolError)):
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))


def test_not_logged_in_is_said_so(tmp_path: Path) -> None:
    with IndependentOpenD(TOTALS, logged_in=False) as server, pytest.raises(po.ConnectionFailed, match="not logged in"):
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server), cache=tmp_path)
    assert po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME") == []


def test_nobody_listening_is_said_with_what_to_do() -> None:
    with IndependentOpenD(TOTALS) as server:
        pass
    with pytest.raises(po.ConnectionFailed, match=r"No OpenD answers at opend://127\.0\.0\.1:\d+.*simulator:"):
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server))


# -- Faults ----------------------------------------------------------------------------------------------------------

#: Taken before tests add faults of their own.
NAMES = sorted(FAULTS)


def errors(fault: str) -> tuple[type[po.OptStatError], ...]:
    """Return what a load may end with that meets the fault at every request."""
    if fault == "no-text":  # some protobuf runtimes decode such a text, to bytes
        return po.ProtocolError, po.InvalidData
    expected = CATALOGUE[fault].expected or po.ConnectionFailed  # connecting again does not help
    assert issubclass(expected, po.OptStatError)
    return (expected,)


def test_faults_are_those_of_the_catalogue() -> None:
    assert set(NAMES) <= set(CATALOGUE)


@pytest.mark.parametrize("fault", NAMES)
def test_a_fault_is_the_right_error_in_time_and_leaves_nothing_behind(fault: str, tmp_path: Path) -> None:
    """One year is in the cache; the next one goes wrong on its second page; then the server is well again."""
    with IndependentOpenD(TOTALS, page_size=130) as server:
        before = po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server), cache=tmp_path)
        coverage = po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME")
        server.options.fault, server.options.honest = fault, len(server.asked) + 1

        def load_more() -> Any:
            wanted = ("US_SECURITY", "VOLUME", "2024-01-01", "2025-12-31")
            return po.load(*wanted, source=opend(server, timeout=TIMEOUT), cache=tmp_path)

        begun = time.monotonic()
        with pytest.raises(errors(fault)):
            within(BOUND, load_more)
        assert time.monotonic() - begun < 10 * TIMEOUT
        # The first page, and what the fault answers to; only pages that always look new may go on, for a while.
        limit = 300 if fault in ("endless-keys", "empty-pages") else 4 if fault == "repeating-key" else 3
        if fault in ("close-before", "close"):
            limit = 3 + MAX_FRUITLESS + 1  # a connection that is lost is made again, and the key tried once more
        assert len(server.asked) - server.options.honest < limit
        assert po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME") == coverage
        held = po.load("US_SECURITY", "VOLUME", *YEAR, offline=True, cache=tmp_path)
        pd.testing.assert_frame_equal(held, before)
        with pytest.raises(po.OfflineMiss):
            po.load("US_SECURITY", "VOLUME", "2024-12-01", "2025-12-31", offline=True, cache=tmp_path)

        server.options.fault = None
        asked = len(server.asked)
        assert got(load_more()) == expected(US, "2024-01-01", "2025-12-31")
        assert all(one.end < date(2025, 1, 1) for one in server.asked[asked:])


@pytest.mark.parametrize("form", ["protobuf", "json"])
@pytest.mark.parametrize("fault", ["foreign-market", "garbage-body", "broken-json", "wrong-sha1", "no-answer"])
def test_a_fault_on_the_first_reply_of_a_connection(fault: str, form: str, tmp_path: Path) -> None:
    with IndependentOpenD(TOTALS, fault=fault) as server:
        source = opend(server, timeout=TIMEOUT, format=form)
        with pytest.raises(errors(fault)):
            within(BOUND, lambda: po.load("US_SECURITY", "VOLUME", *YEAR, source=source, cache=tmp_path))
    assert po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME") == []


@pytest.mark.parametrize("fault", ["foreign-market", "garbage-body", "wrong-sha1", "no-answer", "close-before"])
def test_windows_complete_before_the_fault_are_kept_and_not_asked_for_again(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More windows than may be in flight: when the last one is asked for, earlier ones have been answered."""
    # What a lost connection had in flight counts for the rate limit, which is not what is looked at here.
    monkeypatch.setitem(rate_limit.LIMITS, ProtoId.GET_OPTION_MARKET_STATISTIC, 10_000)
    with IndependentOpenD(TOTALS, fault=fault, fault_series=(US_SECURITY, OPEN_INTEREST)) as server:

        def load() -> Any:
            wanted = ("US_SECURITY", None, "2006-01-01", LAST)  # 21 windows of volume come first
            return po.load_panel(*wanted, source=opend(server, timeout=TIMEOUT), cache=tmp_path)

        with pytest.raises(errors(fault)):
            within(BOUND, load)
        answered = po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME")
        assert answered
        assert po.Cache(tmp_path).coverage("US_SECURITY", "OPEN_INTEREST") == []
        server.options.fault = None
        asked = len(server.asked)
        panel = load()
        assert got(panel["US_SECURITY", "OPEN_INTEREST"].dropna()) == TOTALS[US_SECURITY, OPEN_INTEREST]
        assert got(panel["US_SECURITY", "VOLUME"].dropna()) == US
        days = {day for first, last in answered for day in SESSIONS["XNYS"] if first <= day <= last}
        again = [one for one in server.asked[asked:] if one.data_type == VOLUME]
        assert not any(one.begin <= day <= one.end for one in again for day in days)


@pytest.mark.parametrize("fault", ["wrong-sha1", "http", "close"])
def test_a_reply_that_arrives_whole_counts_although_the_next_one_is_broken(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both in one piece of the stream, as they come when the server is quick."""

    def both(here: Any, request: Any, c2s: Any, response: Any) -> bool | None:
        sent: list[bytes] = []
        with monkeypatch.context() as patch:
            patch.setattr(here, "raw", sent.append)
            here.reply(request, response)
            hang_up = FAULTS[fault](here, request, c2s, response)
        here.raw(b"".join(sent))
        return hang_up

    monkeypatch.setitem(FAULTS, "both", both)
    wanted = ("US_SECURITY", "VOLUME", "2024-01-02", "2025-12-31")  # two windows; the stream breaks after the first
    with IndependentOpenD(TOTALS, fault="both") as server:
        source = opend(server, timeout=TIMEOUT)
        # A connection that is lost is made again, and what came whole is not asked for again.
        lost = fault == "close"
        with contextlib.nullcontext() if lost else pytest.raises(po.ProtocolError):
            within(BOUND, lambda: po.load(*wanted, source=source, cache=tmp_path))
        assert len(server.asked) == len({(one.begin, one.end) for one in server.asked})
    coverage = po.Cache(tmp_path).coverage("US_SECURITY", "VOLUME")
    assert coverage
    assert coverage[0][0] == date(2024, 1, 2)
    assert (coverage[-1][1] == date(2025, 12, 31)) is lost


def test_an_idle_connection_that_the_server_closes_is_replaced_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes when the first request arrives: no look at the idle connection can tell before."""

    def close_once(here: Any, request: Any, c2s: Any, response: Any) -> bool:
        here.opend.options.fault = None
        return False

    monkeypatch.setitem(FAULTS, "close once", close_once)
    with IndependentOpenD(TOTALS) as server:
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server), cache=tmp_path)
        server.options.fault = "close once"
        frame = po.load("US_SECURITY", "VOLUME", "2024-01-01", "2025-12-31", source=opend(server), cache=tmp_path)
        assert got(frame) == expected(US, "2024-01-01", "2025-12-31")
        assert server.connections == 2
        # One that is new is made again as well, after a pause.
        po.close()
        server.options.fault = "close once"
        frame = po.load("US_SECURITY", "VOLUME", "2023-01-01", "2023-12-31", source=opend(server), cache=tmp_path)
        assert got(frame) == expected(US, "2023-01-01", "2023-12-31")
        assert server.connections == 4


def test_one_connection_serves_one_load_after_the_other() -> None:
    with IndependentOpenD(TOTALS) as server:
        for _ in range(3):
            po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server), cache=False)
        assert (server.connections, len(server.asked)) == (1, 3)
        po.close()
        po.load("US_SECURITY", "VOLUME", *YEAR, source=opend(server), cache=False)
        assert server.connections == 2


# -- Never a session twice, never a request too many -----------------------------------------------------------------


def optimum(missing: list[date], answered: list[date], limit: int = 365) -> int:
    """Return the fewest windows that hold all of `missing`, none of `answered`, and at most `limit` dates.

    Filled from the newest day back; the package fills from the oldest on.
    """
    count, at = 0, len(missing)
    while at:
        newest = missing[at - 1]
        oldest = newest - timedelta(days=limit - 1)
        wall = bisect_left(answered, newest)
        if wall:
            oldest = max(oldest, answered[wall - 1] + timedelta(days=1))
        at = bisect_left(missing, oldest)
        count += 1
    return count


def brute_force(missing: list[date], answered: list[date], limit: int) -> int:
    """Try every way to cut `missing` into runs."""
    best = len(missing)
    for cuts in range(2 ** max(len(missing) - 1, 0)):
        runs, begin = [], 0
        for at in range(len(missing)):
            if at == len(missing) - 1 or cuts >> at & 1:
                runs.append((missing[begin], missing[at]))
                begin = at + 1
        if all(
            (last - first).days < limit and not any(first <= day <= last for day in answered) for first, last in runs
        ):
            best = min(best, len(runs))
    return best


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["missing", "answered", "neither"])), max_size=10),
    st.integers(1, 12),
)
def test_the_reference_for_the_fewest_windows_is_right(steps: list[tuple[int, str]], limit: int) -> None:
    day, days = FIRST, {"missing": [], "answered": [], "neither": []}
    for step, kind in steps:
        day += timedelta(days=step)
        days[kind].append(day)
    assert optimum(days["missing"], days["answered"], limit) == brute_force(days["missing"], days["answered"], limit)


def random_loads(seed: int, count: int) -> Iterator[tuple[date, date]]:
    draw = random.Random(seed)
    for _ in range(count):
        first = FIRST + timedelta(days=draw.randrange((LAST - FIRST).days))
        length = draw.choice([1, 7, 40, 200, 365, 366, 800, 2500])
        yield first, min(first + timedelta(days=draw.randrange(length)), LAST)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_overlapping_loads_never_ask_twice_nor_more_often_than_needed(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """50 loads of any ranges in any order, from a server that lacks every 41st session."""
    monkeypatch.setitem(rate_limit.LIMITS, ProtoId.GET_OPTION_MARKET_STATISTIC, 10_000)
    sessions = SESSIONS["XNYS"]
    totals = {day: values for index, (day, values) in enumerate(US.items()) if index % 41}
    answered: list[date] = []
    with IndependentOpenD({(US_SECURITY, VOLUME): totals}, page_size=90) as server:
        for first, last in random_loads(seed, 50):
            wanted = sessions[bisect_left(sessions, first) : bisect_right(sessions, last)]
            held = set(answered)
            missing = [day for day in wanted if day not in held]
            known = [day for day in wanted if day in held]
            before = len(server.first_pages)
            frame = po.load("US_SECURITY", "VOLUME", first, last, source=opend(server), cache=tmp_path)
            asked = server.first_pages[before:]
            assert got(frame) == expected(totals, first, last)
            assert len(asked) <= optimum(missing, known)
            answered_now = [day for one in asked for day in wanted if one.begin <= day <= one.end]
            assert sorted(answered_now) == missing  # each that was missing, once, and none that was not
            assert all(first <= one.begin <= one.end <= last for one in asked)
            answered = sorted({*answered, *missing})
        assert len(server.first_pages) > 20
