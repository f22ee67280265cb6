"""Users' frames (indexes, dtypes, names, panels) are read correctly or refused with advice."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import pd_optstat as po
from pd_optstat.analysis.counts import Counts, parse_counts, total
from pd_optstat.analysis.open_interest import open_interest_change
from pd_optstat.core.frame import date_unit
from pd_optstat.errors import InvalidData, InvalidRequest

NAN = float("nan")
EXPECTED = [0.5, 0.8, NAN, 0.25, 1.5]


def plain():
    return pd.DataFrame(po.sample()[["call_value", "put_value"]].to_dict("list"), po.sample().index)


def texts(pattern):
    return lambda f: f.set_axis(f.index.strftime(pattern), axis=0)


def days(f):
    return [day.date() for day in f.index]


INDEXES = {
    "zone": lambda f: f.tz_localize("America/New_York"),
    "zone, descending": lambda f: f.tz_localize("Asia/Hong_Kong")[::-1],
    "moments within the day": lambda f: f.set_axis(f.index + pd.Timedelta(hours=16), axis=0),
    "texts": texts("%Y-%m-%d"),
    "texts without dashes": texts("%Y%m%d"),
    "categories": lambda f: f.set_axis(pd.CategoricalIndex(f.index.strftime("%Y-%m-%d")), axis=0),
    "offsets": lambda f: f.set_axis(f.index.strftime("%Y-%m-%dT00:00:00-04:00"), axis=0),
    "offsets of summer and winter": lambda f: f.set_axis(
        [f"{day}T00:00:00-0{4 + i % 2}:00" for i, day in enumerate(days(f))], axis=0
    ),
    "with and without offsets": lambda f: f.set_axis(
        [f"{day}T00:00:00" + "Z" * (i % 2) for i, day in enumerate(days(f))], axis=0
    ),
    "Arrow moments": lambda f: f.set_axis(f.index.astype(pd.ArrowDtype(pa.timestamp("ns"))), axis=0),
    "Arrow moments with zone": lambda f: f.set_axis(
        f.index.tz_localize("UTC").astype(pd.ArrowDtype(pa.timestamp("ns", "UTC"))), axis=0
    ),
    "Arrow dates": lambda f: f.set_axis(pd.Index(days(f), dtype=pd.ArrowDtype(pa.date32())), axis=0),
    "Arrow texts in a column": lambda f: f.assign(
        time=pd.array(f.index.strftime("%Y-%m-%d"), dtype=pd.ArrowDtype(pa.string()))
    ).reset_index(drop=True),
    "dates in a column": lambda f: f.assign(time=days(f)).reset_index(drop=True)[::-1],
    "periods in a column": lambda f: f.assign(time=f.index.to_period("D")).reset_index(drop=True),
    "years far away": lambda f: f.set_axis(f.index.as_unit("s") + np.timedelta64(365_242 * 7, "D"), axis=0),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_days_are_found(kind):
    frame = INDEXES[kind](plain())
    ratio = frame.optstat.put_call_ratio
    np.testing.assert_array_equal(ratio, EXPECTED)
    assert isinstance(ratio.index, pd.DatetimeIndex)
    assert ratio.index.is_monotonic_increasing
    if kind != "years far away":
        assert ratio.index.strftime("%Y-%m-%d").tolist() == po.sample().index.strftime("%Y-%m-%d").tolist()
        assert frame.optstat.normalize().index.equals(po.sample().index)
        assert frame.optstat.normalize().index.unit == date_unit()
    if isinstance(frame.index, pd.DatetimeIndex):
        assert ratio.index.unit == frame.index.unit
        assert ratio.index.tz == frame.index.tz
    elif "moments" not in kind:
        assert ratio.index.unit == date_unit() or "periods" in kind


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ([20260608, 20260609, 20260610, 20260611, 20260612], r"numbers, such as 20260608.*format='%Y%m%d'.*normalize"),
        ([1.0, 2.0, 3.0, 4.0, 5.0], "numbers, such as 1.0"),
        (range(5), "neither a DatetimeIndex nor a column 'time'.*normalize"),
        (["06/08/2026"] * 5, r"does not hold days such as '2026-06-12'.*06/08/2026.*pd\.to_datetime\(\.\.\., format="),
        (["2026-06-08", None, "2026-06-10", "2026-06-11", None], "no day in rows 1, 4"),
        (pd.timedelta_range("1D", periods=5), "does not hold days"),
        (pd.interval_range(0, 5), "does not hold days"),
        (pd.MultiIndex.from_product([["US"], range(5)], names=["m", "t"]), r"several levels \('m', 't'\).*df.xs"),
    ],
)
def test_indexes_without_days_are_refused(index, words):
    frame = plain().set_axis(index, axis=0)
    with pytest.raises(InvalidData, match=words) as caught:
        frame.optstat.zscore()
    assert "\n" not in str(caught.value)


def column(values, dtype=None):
    return pd.Series(values, dtype=dtype)


@pytest.mark.parametrize(
    ("given", "expected", "dtype"),
    [
        (column([3, 2**53 + 1], "int64"), [3, 2**53 + 1], "int64"),
        (column([3, 2**53 + 1, None], "Int64"), [3, 2**53 + 1, None], "int64"),
        (column([3, 2**53 + 1, None], "int64[pyarrow]"), [3, 2**53 + 1, None], "int64"),
        (column([3, -3], "int8"), [3, -3], "int64"),
        (column([3, 2**31 - 1], "int32"), [3, 2**31 - 1], "int64"),
        (column([3, 2**63 - 1], "uint64"), [3, 2**63 - 1], "int64"),
        (column([3, 2**63 + 2048], "uint64"), [3.0, 2.0**63 + 2048], "float64"),
        (column([None, 2**63 + 2048], "UInt64"), [None, 2.0**63 + 2048], "float64"),
        (column([None, 2**63 + 2048], "uint64[pyarrow]"), [None, 2.0**63 + 2048], "float64"),
        (column([1, 10**25], object), [1.0, 1e25], "float64"),
        (column([1, NAN], "float32"), [1, None], "int64"),
        (column([1, 16777216], "float32"), [1, 16777216], "int64"),
        (column([1.5, NAN], "float64"), [1.5, None], "float64"),
        (column([2.0**53, 2.0**53 + 2]), [2.0**53, 2.0**53 + 2], "float64"),
        (column([1.5, None], "Float64"), [1.5, None], "float64"),
        (column([1.5, None], "double[pyarrow]"), [1.5, None], "float64"),
        (column([Decimal(3), None], pd.ArrowDtype(pa.decimal128(10, 2))), [3, None], "int64"),
        (column([Decimal(3), None]), [3, None], "int64"),
        (column([None, None], pd.ArrowDtype(pa.null())), [None, None], "int64"),
        (column(["3", " 4 ", "N/A", " n/a ", "-", "#N/A", "null", "", None], "string"), [3, 4, *[None] * 7], "int64"),
        (column(["3", "1e3", None], pd.ArrowDtype(pa.string())), [3, 1000, None], "int64"),
        (column(["3", None, "4"], "category"), [3, None, 4], "int64"),
        (column([np.int32(3), 4.0, None], object), [3, 4, None], "int64"),
        (column([1, 0, 2]).astype("Sparse[int]"), [1, 0, 2], "int64"),
        (column([1, NAN]).astype("Sparse[float]"), [1, None], "int64"),
        (column([], object), [], "int64"),
    ],
)
def test_numbers_of_any_dtype(given, expected, dtype):
    values, valid = parse_counts(given, "c")
    assert values.dtype == dtype
    assert valid.tolist() == [value is not None for value in expected]
    assert values.tolist() == [value or 0 for value in expected]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (column([1.0, np.inf, -np.inf]), "'c' is infinite in 2 of 3 rows: 1, 2"),
        (column(["1", "-Infinity"]), "infinite in 1 of 2"),
        (column([1, np.inf], "Float64"), "infinite"),
        (column([1, np.inf], "double[pyarrow]"), "infinite"),
        (column([True, False]), "bool"),
        (column([True, None], "boolean"), "boolean"),
        (column([True, None], "bool[pyarrow]"), "bool|True"),
        (column([True, 3], object), "not numbers: True"),
        (column([1 + 2j]), "complex"),
        (column(pd.to_datetime(["2026-06-12"])), "not numbers"),
        (
            column(["1,234", "x"]),
            r"not numbers: '1,234', 'x'\. df\.optstat\.normalize\(\) reads separators of thousands",
        ),
        (column(["1,23"]), r"not numbers: '1,23'\.$"),
        (column([[1], 2], object), r"not numbers: \[1\]"),
    ],
)
def test_values_that_are_not_numbers_are_named(given, words):
    with pytest.raises(InvalidData, match=words):
        parse_counts(given, "c")


@pytest.mark.parametrize("method", ["put_share", "zscore", "metrics", "summary", "normalize", "validate", "resample"])
def test_an_infinite_count_is_refused_everywhere(method):
    frame = po.sample().astype({"call_value": float})
    frame.iloc[1, frame.columns.get_loc("call_value")] = np.inf
    with pytest.raises(InvalidData, match=r"'call_value' is infinite in 1 of 5 rows: 2026-06-09\. If"):
        getattr(frame.optstat, method)(*(["W"] if method == "resample" else []))


def test_an_infinite_ratio_becomes_missing():
    frame = po.sample().assign(ratio=lambda f: f["put_value"] / f["call_value"])
    assert np.isinf(frame["ratio"]).any()
    np.testing.assert_array_equal(frame.optstat.metrics((2,), lookback=3)["ratio"], EXPECTED)
    with pytest.raises(InvalidData, match="'ratio' is infinite"):
        frame.optstat.validate()


def test_sums_never_wrap():
    huge = plain().assign(call_value=2**62, put_value=2**62)
    np.testing.assert_allclose(huge.optstat.put_share, 0.5)
    np.testing.assert_allclose(huge.optstat.normalize()["total_value"], 2.0**63)
    np.testing.assert_allclose(huge.optstat.rolling_ratio(5), [NAN] * 4 + [1])
    np.testing.assert_allclose(huge.optstat.resample("W", data_type=0)["total_value"], 10 * 2.0**62)
    np.testing.assert_allclose(huge.optstat.turnover(plain().assign(call_value=2**62, put_value=2**62)), 1)
    swing = plain().assign(call_value=[2**62, -(2**62)] * 2 + [2**62])
    counts = Counts(swing.index, *swing.to_numpy().T, np.ones(5, dtype=bool))
    assert open_interest_change(counts)["call_change"].iloc[1] == -(2.0**63)
    assert total(np.array([2**62]), np.array([2**62 - 1])).tolist() == [2**63 - 1]
    assert np.isnan(total(np.array([1e308]), np.array([1e308]))).all()


def test_rows_that_are_repeated():
    twice = pd.concat([plain().assign(note=[[1]] * 5)] * 2)
    np.testing.assert_array_equal(twice.optstat.put_call_ratio, EXPECTED)
    other = pd.concat([plain().assign(note=[[1]] * 5), plain().assign(note=[[2]] * 5)])
    with pytest.raises(InvalidData, match="more than one row, with different values in 'note', for 2026-06-08"):
        _ = other.optstat.put_call_ratio


def test_rows_that_mean_the_same_are_one():
    """As after concatenating what two exports wrote of the same days."""
    one = pd.DataFrame({"time": ["2026-06-11"], "call_value": [0], "put_value": [50], "ratio": ["N/A"]})
    nine = pd.DataFrame({"time": ["2026-06-12"], "call_value": [9], "put_value": [8], "ratio": [0.888889]})
    for first, second in (
        (one, one.assign(ratio=NAN)),
        (one, one.assign(ratio=np.inf)),
        (one, one.drop(columns="ratio")),
        (one, one.assign(call_value="0", put_value=50.0, total_value=50)),
        (nine, nine.assign(ratio=8 / 9)),
        (nine, nine.assign(ratio=None, time=pd.Timestamp("2026-06-12"))),
        (nine.assign(note="--"), nine.assign(note=pd.NA)),
    ):
        for pair in ([first, second], [second, first]):
            frame = pd.concat(pair, ignore_index=True)
            assert len(frame.optstat.put_call_ratio) == len(frame.optstat.metrics((1,), lookback=2)) == 1
            assert len(frame.optstat.normalize()) == 1


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"put_value": 51}, "'put_value'"),
        ({"put_value": None}, "'put_value'"),
        ({"call_value": 2, "ratio": 25}, "'call_value', 'ratio'"),
        ({"ratio": 0.5}, "'ratio'"),
        ({"total_value": 1}, "'total_value'"),
        ({"note": "b"}, "'note'"),
        ({"note": None}, "'note'"),
    ],
)
def test_rows_that_contradict_each_other_name_the_column(change, names):
    row = {"time": "2026-06-11", "call_value": 1, "put_value": 50, "total_value": 51, "ratio": 50, "note": "a"}
    frame = pd.DataFrame([row, row | {"time": "2026-06-12"}, row | change])
    with pytest.raises(InvalidData, match=rf"different values in {names}, for 2026-06-11\. If these are several"):
        frame.optstat.put_share  # noqa: B018


@pytest.mark.parametrize(
    "call",
    [
        lambda o: o.put_call_ratio, lambda o: o.put_share, lambda o: o.zscore(), lambda o: o.metrics(),
        lambda o: o.summary(), lambda o: o.normalize(), lambda o: o.validate(), lambda o: o.resample("W"),
        lambda o: o.events(), lambda o: o.digest(),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["call_value", "put_value"])
@pytest.mark.parametrize("dtype", ["int64", "Int64", "float64", object, str])
def test_a_negative_count_is_refused_everywhere(call, column, dtype):
    frame = po.sample()
    frame[column] = frame[column].where(np.arange(5) != 1, -3).astype(dtype)
    with pytest.raises(InvalidData, match=r"(negative|>= 0,) in 1 of 5 rows: 2026-06-09"):
        call(frame.optstat)


@pytest.mark.parametrize(
    ("dropped", "words"),
    [
        (["put_value"], r"no column 'put_value' \(its columns: 'call_value'\)"),
        (["call_value"], r"no column 'call_value' \(its columns: 'put_value'\)"),
        (["call_value", "put_value"], r"no column 'call_value' and no column 'put_value' \(its columns: none\)"),
    ],
)
def test_all_missing_columns_are_named_and_no_others(dropped, words):
    with pytest.raises(InvalidData, match=words):
        plain().drop(columns=dropped).optstat.put_share  # noqa: B018
    with pytest.raises(InvalidData, match=words):
        plain().drop(columns=dropped).optstat.normalize()
    part = pd.concat({("US_SECURITY", "VOLUME"): plain().drop(columns=dropped).assign(other=1)}, axis=1)
    with pytest.raises(InvalidData, match=words.partition(r" \(")[0]):
        part.optstat.zscore()


def test_names_of_any_kind():
    frame = plain()
    for name in (0, None, 3.5, "", ("a", 1)):
        frame.insert(0, name, 1)
    frame.columns = pd.Index(list(frame.columns), tupleize_cols=False)
    result = frame.optstat.metrics((2,), lookback=3)
    assert list(result.columns[:7]) == list(frame.columns)
    assert pd.concat([frame, frame]).optstat.put_share.notna().all()
    renamed = plain().set_axis(pd.Index([0, None], dtype=object), axis=1)
    np.testing.assert_array_equal(renamed.optstat.normalize(call=0, put=None)["ratio"], EXPECTED)
    with pytest.raises(InvalidRequest, match=r"\['a'\] is not the name of one column"):
        plain().optstat.normalize(call=["a"])


def test_repeated_column_names():
    extra = pd.concat([plain(), plain().set_axis(["x", "x"], axis=1)], axis=1)
    assert list(extra.optstat.metrics((2,), lookback=3).columns[:4]) == ["call_value", "put_value", "x", "x"]
    with pytest.raises(InvalidData, match="several columns named 'call_value'"):
        pd.concat([plain(), plain()], axis=1).optstat.zscore()
    with pytest.raises(InvalidData, match="several columns named 'ratio'"):
        pd.concat([po.sample(), po.sample()[["ratio"]]], axis=1).optstat.metrics()


def test_normalize_takes_a_level_of_the_index_and_refuses_numbers_for_days():
    levels = pd.concat({"US": plain()}, names=["market"])
    np.testing.assert_array_equal(levels.optstat.normalize(time="time")["ratio"], EXPECTED)
    with pytest.raises(InvalidData, match=r"'timestamp' does not hold days.*pd.to_datetime\(..., unit='s', utc=True\)"):
        po.sample().reset_index(drop=True).optstat.normalize(time="timestamp")


KEYS = [("US_SECURITY", "VOLUME"), ("US_SECURITY", "OPEN_INTEREST"), ("HK_INDEX", "OPEN_INTEREST")]


def panel(names=("market", "data_type", "field")):
    interest = plain() * 4 + 4
    parts = dict(zip(KEYS, (plain(), interest.iloc[[0, 1, 3, 4]], interest), strict=True))
    return pd.concat(parts, axis=1, names=names, sort=True)


def few(*keys):
    whole = panel()
    return whole.loc[:, [name[:2] in keys for name in whole.columns]]


PANELS = {
    "as loaded": lambda p: p,
    "names missing": lambda p: p.rename_axis(columns=[None] * 3),
    "sorted": lambda p: p.sort_index(axis=1),
    "numbers": lambda p: p.rename(columns={"US_SECURITY": 1, "HK_INDEX": 4, "VOLUME": 0, "OPEN_INTEREST": 1}),
    "descending": lambda p: p[::-1],
    "texts": lambda p: p.set_axis(p.index.strftime("%Y-%m-%d"), axis=0),
    "zone": lambda p: p.tz_localize("UTC"),
    "data type first": lambda p: p.swaplevel(0, 1, axis=1),
    "own markets": lambda p: p.rename(columns={"US_SECURITY": "SPX", "HK_INDEX": "VIX"}),
    "nullable": lambda p: p.astype("Int64"),
    "Arrow": lambda p: p.astype("int64[pyarrow]"),
}


@pytest.mark.parametrize("kind", PANELS)
def test_volume_and_open_interest_of_panels(kind):
    given = PANELS[kind](panel())
    markets = given.columns.get_level_values(1 if kind == "data type first" else 0).unique()
    turned, changed = given.optstat.turnover(), given.optstat.open_interest_change()
    assert turned.columns.get_level_values(0).unique().tolist() == [
        m for m in markets if m in ("US_SECURITY", "SPX", 1)
    ]
    us, other = (m for m in sorted(markets, key=lambda m: str(m) in ("HK_INDEX", "VIX", "4")))
    held = [(4 * c + 4, 4 * p + 4) for c, p in plain().to_numpy()]
    expected = [(c + p) / sum(h) for (c, p), h in zip(plain().to_numpy(), held, strict=True)]
    del expected[2]
    np.testing.assert_allclose(turned[us]["total_turnover"].dropna(), expected)
    # The row after the gap would be the change of two sessions.
    assert changed[us]["call_change"].isna().tolist() == [True, False, True, True, False]
    assert changed[us]["call_change"].dropna().tolist() == [200, -1200]
    assert changed[us]["total_volume"].dropna().tolist() == [300, 450, 500, 250]
    assert changed[other].columns.tolist() == ["call_change", "put_change", "total_change"]
    assert changed[other]["put_change"].tolist()[1:] == [400, -600, 200, 200]
    for result in (turned, changed):
        assert result.columns.names == [
            given.columns.names[1 if kind == "data type first" else 0],
            given.columns.names[2],
        ]
    index = given.optstat.put_share.index
    assert changed.index.equals(index)
    assert turned.index.equals(index.delete(2))  # common days


class TestOpenInterestOverMissingSessions:
    HELD = plain().iloc[[0, 1, 3, 4]]

    def test_the_calendar_tells_without_volume(self):
        frame = self.HELD.copy()
        assert frame.optstat.open_interest_change()["call_change"].isna().tolist() == [True, False, False, False]
        for market in ("US_SECURITY", "HK_INDEX"):
            frame.attrs["optstat"] = {"market": market, "data_type": "OPEN_INTEREST"}
            changed = frame.optstat.open_interest_change()
            assert changed["call_change"].isna().tolist() == [True, False, True, False]
            assert changed["total_change"].isna().tolist() == [True, False, True, False]

    def test_it_tells_where_the_volume_misses_the_session_too(self):
        frame = self.HELD.copy()
        frame.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "OPEN_INTEREST"}
        changed = frame.optstat.open_interest_change(self.HELD)
        assert changed["call_change"].isna().tolist() == [True, False, True, False]
        assert changed["call_volume"].notna().all()

    def test_a_panels_columns_name_the_market(self):
        panel = pd.concat({("US_SECURITY", "OPEN_INTEREST"): self.HELD}, axis=1, names=["market", "data_type", "field"])
        changed = panel.optstat.open_interest_change()["US_SECURITY"]
        assert changed["put_change"].isna().tolist() == [True, False, True, False]

    def test_weekends_and_holidays_are_no_sessions(self):
        days = pd.DatetimeIndex(["2026-06-17", "2026-06-18", "2026-06-22"])  # the 19th is a holiday in New York
        frame = pd.DataFrame({"call_value": [1, 2, 4], "put_value": 1}, days)
        frame.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "OPEN_INTEREST"}
        assert frame.optstat.open_interest_change()["call_change"].tolist()[1:] == [1, 2]

    def test_longer_periods_have_changes(self):
        frame = po.sample().set_axis(pd.date_range("2026-05-04", periods=5, freq="7D"), axis=0)
        frame.attrs["optstat"]["data_type"] = "OPEN_INTEREST"
        weekly = frame.optstat.resample("W")
        assert weekly.optstat.open_interest_change()["call_change"].notna().tolist() == [False] + [True] * 4

    def test_the_time_of_day_does_not_matter(self):
        later = plain().set_axis(plain().index + pd.Timedelta("16h"), axis=0)
        for volume, interest in ((plain(), later), (later, plain())):
            np.testing.assert_array_equal(volume.optstat.turnover(interest)["total_turnover"], 1)
            changed = interest.optstat.open_interest_change(volume)
            assert changed["call_volume"].tolist() == plain()["call_value"].tolist()
            assert changed["call_change"].notna().tolist() == [False] + [True] * 4


def test_volume_and_open_interest_of_one_market_of_a_panel():
    given = panel()["US_SECURITY"]
    turned = given.optstat.turnover()
    assert turned.columns.tolist() == ["call_turnover", "put_turnover", "total_turnover"]
    flat = given["VOLUME"].optstat.turnover(given["OPEN_INTEREST"])
    np.testing.assert_array_equal(turned, flat)
    changed = given["OPEN_INTEREST"].optstat.open_interest_change(given["VOLUME"])
    pd.testing.assert_frame_equal(changed, given.optstat.open_interest_change(), check_names=False)
    both = panel().optstat.turnover(few(KEYS[1]))
    np.testing.assert_array_equal(both, turned)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plain().optstat.turnover(), InvalidRequest, "open_interest=None"),
        (lambda: plain().optstat.turnover(3), InvalidRequest, "open_interest=int"),
        (lambda: plain().optstat.open_interest_change(3), InvalidRequest, "volume=int"),
        (
            lambda: plain().optstat.turnover(panel()),
            InvalidRequest,
            "Only one of the frame and open_interest",
        ),
        (
            lambda: panel().optstat.turnover(plain()),
            InvalidRequest,
            "Only one of the frame and open_interest",
        ),
        (lambda: po.sample().optstat.open_interest_change(), InvalidRequest, "must hold OPEN_INTEREST, not VOLUME"),
        (
            lambda: few(KEYS[0]).optstat.open_interest_change(),
            InvalidRequest,
            "No market .* has OPEN_INTEREST",
        ),
        (lambda: few(KEYS[0], KEYS[2]).optstat.turnover(), InvalidRequest, "No market of the panel has both"),
        (lambda: panel().xs("VOLUME", axis=1, level=1).optstat.turnover(), InvalidData, "which series is volume"),
        (lambda: plain().tz_localize("UTC").optstat.open_interest_change(plain()), InvalidData, "time zone"),
    ],
)
def test_volume_and_open_interest_refuse(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_panels_metrics_are_a_panel_again():
    given = panel()
    table = given.optstat.metrics((2,), lookback=3)
    assert table.columns.names == given.columns.names
    again = table.optstat.put_call_ratio
    pd.testing.assert_frame_equal(again, given.optstat.put_call_ratio)
    one = table["US_SECURITY"]["OPEN_INTEREST"].optstat.put_call_ratio  # only its own rows
    assert len(one) == 4


def test_panels_of_other_markets():
    given = PANELS["own markets"](panel())
    assert given.optstat.summary()["missing_sessions"].isna().tolist() == [True] * 3
    with pytest.raises(InvalidData, match="it is empty"):
        given.iloc[:, :0].optstat.zscore()
