"""``df.optstat`` on every kind of frame that it accepts, and on frames that it refuses."""

from __future__ import annotations

import copy
import hashlib
import struct
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from support.quick import slow

import pd_optstat
from pd_optstat.core.frame import build_frame, date_unit
from pd_optstat.core.markets import EXCHANGES, OptionMarket, OptionStatisticDataType
from pd_optstat.errors import InvalidData, InvalidRequest

US = EXCHANGES["US"]
NAN = float("nan")


def loaded(n=60, seed=0, **info):
    """Return a frame such as `load` returns, on weekdays, with one day without calls."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2026-01-05", periods=n).to_numpy().astype("datetime64[D]").astype(np.int64)
    calls, puts = rng.integers(1, 10**7, n), rng.integers(0, 10**7, n)
    if n > 30:
        calls[30] = 0
    info = {"market": "US_SECURITY", "data_type": "VOLUME", "source": "simulator:", "missing": []} | info
    return build_frame(days, calls, puts, US, info)


def raw(frame):
    """Return the frame as a vendor's SDK would: descending, with strings for days and "N/A" for missing values."""
    result = pd.DataFrame(
        {
            "time": frame.index.strftime("%Y-%m-%d"),
            "timestamp": frame["timestamp"].to_numpy(),
            "call_value": frame["call_value"].to_numpy(),
            "put_value": frame["put_value"].to_numpy(),
            "total_value": frame["total_value"].to_numpy(),
            "ratio": frame["ratio"].to_numpy(),
        }
    )
    result["ratio"] = result["ratio"].astype(object).where(result["ratio"].notna(), "N/A")
    result["descending"] = True
    return result[::-1].reset_index(drop=True)


def arrow(frame):
    return frame.convert_dtypes(dtype_backend="pyarrow")


KINDS = {
    "loaded": lambda f: f,
    "raw": raw,
    "raw with midnights": lambda f: raw(f).assign(time=lambda r: r["time"] + " 00:00:00"),
    "raw, all objects": lambda f: raw(f).astype(object),
    "texts": lambda f: raw(f).astype({"call_value": str, "put_value": str}),
    "shuffled": lambda f: f.sample(frac=1, random_state=1),
    "Int64": lambda f: f.astype({"call_value": "Int64", "put_value": "Int64"}),
    "arrow": arrow,
    "int32": lambda f: f.astype({"call_value": "int32", "put_value": "int32"}),
    "float": lambda f: f.astype({"call_value": "float64", "put_value": "float64"}),
    "repeated": lambda f: pd.concat([f, f.iloc[3:5]]),
    "seconds": lambda f: f.set_axis(f.index.as_unit("s"), axis=0),
    "periods": lambda f: f.set_axis(f.index.to_period("D"), axis=0),
    "dates": lambda f: f.set_axis(pd.Index([day.date() for day in f.index], name="time"), axis=0),
}

METHODS = {
    "put_call_ratio": lambda o: o.put_call_ratio,
    "put_share": lambda o: o.put_share,
    "sum": lambda o: o.rolling_ratio(5),
    "mean": lambda o: o.rolling_ratio("9D", "mean"),
    "median": lambda o: o.rolling_ratio(5, "median", min_periods=2),
    "ema": lambda o: o.rolling_ratio(5, "ema"),
    "zscore": lambda o: o.zscore(20, min_periods=3),
    "percentile": lambda o: o.percentile(20),
    "bands": lambda o: o.bands(),
    "detrend": lambda o: o.detrend(3, 9),
    "momentum": lambda o: o.momentum(),
    "extremes": lambda o: o.extremes(20),
    "metrics": lambda o: o.metrics((5,), lookback=20)[["put_call_ratio", "put_share", "ratio_sum_5", "extreme_20"]],
    "resample": lambda o: o.resample("W", data_type="VOLUME"),
    "turnover": lambda o: o.turnover(loaded(data_type="OPEN_INTEREST", seed=2)),
}

kinds = pytest.mark.parametrize("kind", KINDS)
methods = pytest.mark.parametrize("name", METHODS)


def frozen(frame):
    return frame.copy(deep=True), copy.deepcopy(frame.attrs)


@kinds
@methods
def test_every_kind_of_frame_gives_the_same_results(kind, name):
    frame = KINDS[kind](loaded())
    before, attrs = frozen(frame)
    result, expected = METHODS[name](frame.optstat), METHODS[name](loaded().optstat)
    if kind == "seconds":
        assert result.index.unit == "s"
        result.index = result.index.as_unit(expected.index.unit)  # pandas 2.2.0 finds other units unequal
    else:
        assert result.index.dtype == expected.index.dtype
    compare = pd.testing.assert_frame_equal if expected.ndim == 2 else pd.testing.assert_series_equal
    compare(result, expected, check_index_type=False, check_freq=False)
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == attrs


@methods
def test_results_can_be_changed_without_changing_the_frame(name):
    frame = loaded()
    before, attrs = frozen(frame)
    result = METHODS[name](frame.optstat)
    result.iloc[:] = 0
    result.attrs["optstat"]["market"] = "changed"
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == attrs


@methods
@pytest.mark.parametrize("n", [0, slow(1)])
@pytest.mark.parametrize("kind", ["loaded", "raw", "Int64", "float"])
def test_empty_and_one_row(name, n, kind):
    result = METHODS[name](KINDS[kind](loaded(n)).optstat)
    assert len(result) == n
    assert isinstance(result.index, pd.DatetimeIndex)
    full = METHODS[name](KINDS[kind](loaded()).optstat)
    assert list(getattr(result, "columns", [])) == list(getattr(full, "columns", []))


@pytest.mark.parametrize("n", [0, 1])
def test_other_methods_on_empty_and_one_row(n):
    for frame in (loaded(n), raw(loaded(n))):
        accessor = frame.optstat
        assert accessor.validate() is frame
        assert accessor.summary(market="US_SECURITY").loc[:, "rows"].tolist() == [n]
        assert len(accessor.missing_sessions(market="US_SECURITY")) == 0
        assert len(accessor.normalize()) == n
        assert accessor.digest() == loaded(n).optstat.digest()
        assert f"{n} rows" in repr(accessor)


def test_missing_counts_give_missing_ratios():
    frame = loaded(6).astype({"call_value": "Int64", "put_value": "float64"})
    frame.iloc[2, frame.columns.get_loc("call_value")] = pd.NA
    frame.iloc[4, frame.columns.get_loc("put_value")] = NAN
    vendor = raw(loaded(6)).astype({"call_value": object, "put_value": object})
    vendor.loc[3, "call_value"] = "N/A"
    vendor.loc[1, "put_value"] = "N/A"
    for incomplete in (frame, vendor):
        ratio = incomplete.optstat.put_call_ratio
        assert ratio.isna().tolist() == [False, False, True, False, True, False]
        assert incomplete.optstat.rolling_ratio(6, min_periods=4).notna().tolist() == [False] * 5 + [True]
        good = [0, 1, 3, 5]
        whole = loaded(6).iloc[good]
        expected = whole["put_value"].sum() / whole["call_value"].sum()
        assert incomplete.optstat.rolling_ratio(6, min_periods=4).iloc[-1] == expected
        with pytest.raises(InvalidData, match="whole numbers"):
            incomplete.optstat.digest()


def test_the_attribute_never_raises_but_methods_name_missing_columns():
    for frame in (pd.DataFrame(), pd.DataFrame({"a": [1]}), pd.DataFrame({"call_value": [1]})):
        accessor = frame.optstat
        assert "cannot be read" in repr(accessor)
        for method in METHODS.values():
            with pytest.raises(InvalidData, match=r"no column '(call|put)_value'.*normalize"):
                method(accessor)
    with pytest.raises(InvalidData, match="neither a DatetimeIndex nor a column 'time'"):
        _ = pd.DataFrame({"call_value": [1], "put_value": [1]}).optstat.put_share


def test_repeated_days():
    frame = loaded(6)
    twice = pd.concat([frame, frame.iloc[[2]]])
    assert len(twice.optstat.put_call_ratio) == 6
    contradiction = pd.concat([frame, frame.iloc[[2]].assign(call_value=7)])
    with pytest.raises(InvalidData, match="different values in 'call_value', for 2026-01-07"):
        contradiction.optstat.zscore()
    with pytest.raises(InvalidData, match="2026-01-07"):
        twice.optstat.validate()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("call_value", "many", "call_value.*'many'"),
        ("time", "yesterday", "'time' does not hold days"),
        ("time", None, "no day in rows 2"),
    ],
)
def test_errors_name_the_invalid_value(column, value, words):
    frame = raw(loaded(6)).astype(object)
    frame.loc[2, column] = value
    with pytest.raises(InvalidData, match=words):
        _ = frame.optstat.put_call_ratio


def test_metrics_is_the_frame_plus_columns():
    frame = loaded()
    result = frame.optstat.metrics()
    added = ["put_call_ratio", "put_share"]
    added += [f"ratio_{how}_{w}" for w in (5, 10, 21, 63) for how in ("sum", "mean", "ema")]
    added += ["zscore_252", "percentile_252", "extreme_252"]
    assert list(result.columns) == [*frame.columns, *added]
    pd.testing.assert_frame_equal(result[frame.columns], frame)
    assert result.attrs == frame.attrs
    assert result["extreme_252"].dtype == "Int8"
    assert result["extreme_252"].isna().all()  # fewer than 252 rows
    again = result.optstat.metrics((5,), lookback="30D")
    assert again.columns.is_unique
    pd.testing.assert_series_equal(again["zscore_30D"], frame.optstat.zscore("30D"), check_names=False)
    vendor = raw(frame).optstat.metrics((5,))
    assert "time" not in vendor
    pd.testing.assert_series_equal(vendor["ratio"], frame["ratio"], check_freq=False)


def test_resample():
    frame = loaded(12)
    weeks = frame.optstat.resample("W")
    assert weeks.index.strftime("%m-%d").tolist() == ["01-11", "01-18", "01-25"]
    assert weeks["call_value"].tolist() == [frame["call_value"].iloc[a : a + 5].sum() for a in (0, 5, 10)]
    assert weeks["call_value"].dtype == np.int64
    assert (weeks["total_value"] == weeks["call_value"] + weeks["put_value"]).all()
    assert weeks["ratio"].tolist() == (weeks["put_value"] / weeks["call_value"]).tolist()
    last = frame.optstat.resample("W", data_type="open_interest")
    assert last["put_value"].tolist() == frame["put_value"].iloc[[4, 9, 11]].tolist()
    assert last.attrs["optstat"]["data_type"] == "OPEN_INTEREST"
    gap = frame.iloc[[0, 1, 11]].optstat.resample("W")
    assert gap.index.strftime("%m-%d").tolist() == ["01-11", "01-25"]
    zero = frame.assign(call_value=0).optstat.resample("ME")
    assert zero["ratio"].isna().all()


def test_resample_needs_the_data_type():
    frame = loaded(12)
    frame.attrs.clear()
    with pytest.raises(InvalidRequest, match="data_type"):
        frame.optstat.resample("W")
    with pytest.raises(InvalidRequest, match=r"data_type='PRICE'.*VOLUME"):
        frame.optstat.resample("W", data_type="PRICE")
    for value in (0, "volume", OptionStatisticDataType.VOLUME):
        assert len(frame.optstat.resample("W", data_type=value)) == 3


def test_turnover_on_common_days():
    volume, interest = loaded(10), loaded(10, seed=5, data_type="OPEN_INTEREST")
    interest.iloc[4, interest.columns.get_loc("call_value")] = 0
    result = volume.optstat.turnover(raw(interest.iloc[3:]))
    assert result.index.equals(volume.index[3:])
    part, other = volume.iloc[3:], interest.iloc[3:]
    expected = (part["call_value"] / other["call_value"].where(other["call_value"] > 0)).tolist()
    np.testing.assert_array_equal(result["call_turnover"], expected)
    assert result["put_turnover"].tolist() == (part["put_value"] / other["put_value"]).tolist()
    assert np.isnan(result["call_turnover"].iloc[1])
    with pytest.raises(InvalidRequest, match="must hold OPEN_INTEREST, not VOLUME"):
        volume.optstat.turnover(volume)
    with pytest.raises(InvalidRequest, match="open_interest=int"):
        volume.optstat.turnover(3)


def test_summary():
    frame = loaded(60, market="US_SECURITY")
    row = frame.optstat.summary(lookback=20).loc["US_SECURITY VOLUME"]
    assert list(row.index) == ["first", "last", "rows", "ratio", "zscore", "percentile", "missing_sessions"]
    assert row["ratio"] == frame["ratio"].iloc[-1]
    assert row["zscore"] == frame.optstat.zscore(20).iloc[-1]
    assert row["percentile"] == frame.optstat.percentile(20).iloc[-1]
    assert (row["first"], row["last"]) == (frame.index[0], frame.index[-1])
    assert row["missing_sessions"] == 0
    frame.attrs.clear()
    assert frame.optstat.summary()["missing_sessions"].isna().all()


def test_missing_sessions():
    frame = loaded(30)  # weekdays from 2026-01-05; 19 January and 16 February are holidays in New York
    dropped = frame.drop(frame.index[[3, 7]])
    assert dropped.optstat.missing_sessions().equals(frame.index[[3, 7]])
    assert dropped[::-1].optstat.missing_sessions().unit == frame.index.unit
    holiday = frame.drop(pd.Timestamp("2026-01-19"))
    assert len(holiday.optstat.missing_sessions()) == 0
    assert len(holiday.optstat.missing_sessions(market="HK_INDEX")) == 1  # open in Hong Kong
    vendor = raw(dropped)
    with pytest.raises(InvalidRequest, match="market"):
        vendor.optstat.missing_sessions()
    assert len(vendor.optstat.missing_sessions(market=OptionMarket.US_INDEX)) == 2


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("call_value", -1, "not a whole number"),
        ("put_value", 2.5, "not a whole number"),
        ("put_value", NAN, "missing"),
        ("total_value", 1, r"Total is not call \+ put"),
        ("ratio", 9.0, "Ratio is not put / call"),
    ],
)
def test_validate_names_the_bad_rows(column, value, words):
    frame = loaded(40).astype({"call_value": float, "put_value": float})
    frame.loc[frame.index[[2, 8]], column] = value
    with pytest.raises(InvalidData, match=words + ".*in 2 of 40 rows: 2026-01-07, 2026-01-15"):
        frame.optstat.validate()


def test_validate_accepts_rounded_and_missing_ratios():
    frame = loaded(40)
    assert frame.optstat.validate() is frame
    rounded = frame.assign(ratio=[float(f"{value:.6g}") for value in frame["ratio"]])
    assert rounded.optstat.validate() is rounded
    assert frame.assign(ratio=frame["ratio"].fillna(0.0)).optstat.validate() is not None
    vendor = raw(frame)
    assert vendor.optstat.validate() is vendor
    wrong = frame.assign(call_value=-1).drop(columns=["total_value", "ratio"])
    with pytest.raises(InvalidData, match=r"in 40 of 40 rows: .* and 35 more"):
        wrong.optstat.validate()


def test_normalize():
    frame = loaded(40)
    foreign = pd.DataFrame(
        {
            "Day": (frame.index + pd.Timedelta(hours=16)).tz_localize("America/New_York")[::-1],
            "C": frame["call_value"].to_numpy()[::-1].astype(float),
            "P": frame["put_value"].astype(str).to_numpy()[::-1],
        }
    )
    before, _ = frozen(foreign)
    result = foreign.optstat.normalize(call="C", put="P", time="Day", market="us_security", data_type=0)
    pd.testing.assert_frame_equal(result, frame, check_freq=False)
    assert result.index.unit == date_unit()
    assert result.attrs["optstat"] == {"market": "US_SECURITY", "data_type": "VOLUME"}
    pd.testing.assert_frame_equal(foreign, before)
    plain = foreign.set_index("Day").optstat.normalize(call="C", put="P")
    assert list(plain.columns) == ["call_value", "put_value", "total_value", "ratio"]
    assert foreign.set_index("Day").optstat.normalize(call="C", put="P", time="Day").equals(plain)
    with pytest.raises(InvalidData, match="'X'"):
        foreign.optstat.normalize(call="X", put="P", time="Day")
    with pytest.raises(InvalidRequest, match="market='MARS'"):
        foreign.optstat.normalize(call="C", put="P", time="Day", market="MARS")


def test_normalize_keeps_what_is_missing_missing():
    frame = pd.DataFrame({"time": ["2026-06-12", "2026-06-11"], "call_value": ["N/A", 4], "put_value": [5, 6]})
    result = frame.optstat.normalize()
    assert result["call_value"].tolist() == [4, pd.NA]
    assert result["call_value"].dtype == "Int64"
    assert result["put_value"].dtype == np.int64
    assert result["total_value"].isna().tolist() == [False, True]
    assert result["ratio"].isna().tolist() == [False, True]
    twice = pd.DataFrame({"time": ["2026-06-12 09:00", "2026-06-12 16:00"], "call_value": [1, 2], "put_value": [1, 1]})
    with pytest.raises(InvalidData, match="2026-06-12"):
        twice.optstat.normalize()


def test_digest_can_be_recomputed_by_anyone():
    frame = loaded(7)
    rows = b"".join(
        struct.pack("<3q", (day - pd.Timestamp("1970-01-01")).days, call, put)
        for day, call, put in zip(frame.index, frame["call_value"], frame["put_value"], strict=True)
    )
    expected = "sha256:" + hashlib.sha256(rows).hexdigest()
    for kind in KINDS.values():
        assert kind(frame).optstat.digest() == expected


def panel():
    one, two = loaded(40), loaded(40, seed=1, data_type="OPEN_INTEREST").drop(loaded(40).index[[5, 6]])
    keys = {("US_SECURITY", "VOLUME"): one, ("US_SECURITY", "OPEN_INTEREST"): two}
    joined = pd.concat(keys, axis=1, names=["market", "data_type", "field"], sort=True)
    counts = [c for c in joined.columns if c[2] not in ("timestamp", "ratio")]
    joined = joined.astype(dict.fromkeys(counts, "Int64"))
    joined.attrs = {"optstat": {"source": "simulator:"}}
    return joined, one, two


def floats(values):
    """Return values as floats, with NaN for <NA>; pandas 2 must be told."""
    return values.to_numpy(dtype=float, na_value=NAN)


PANEL_METHODS = [name for name in METHODS if name not in ("turnover", "resample", "metrics")]


@pytest.mark.parametrize("name", PANEL_METHODS)
def test_panels_use_the_rows_of_each_series(name):
    joined, one, two = panel()
    result = METHODS[name](joined.optstat)
    assert len(result) == 40
    assert result.columns.names[:2] == ["market", "data_type"]
    for key, single in ((("US_SECURITY", "VOLUME"), one), (("US_SECURITY", "OPEN_INTEREST"), two)):
        expected = METHODS[name](single.optstat)
        part = result[key].loc[single.index]
        np.testing.assert_array_equal(floats(part), floats(expected))
        selected = METHODS[name](joined[key[0]][key[1]].optstat)
        np.testing.assert_array_equal(floats(selected), floats(expected))


def test_other_methods_on_panels():
    joined, _one, two = panel()
    table = joined.optstat.metrics((5,), lookback=20)["US_SECURITY"]["OPEN_INTEREST"]
    single = two.optstat.metrics((5,), lookback=20)
    assert list(table.columns) == list(single.columns)
    np.testing.assert_array_equal(floats(table.loc[two.index]), floats(single))
    weeks = joined.optstat.resample("W")  # each series by its own data type
    assert (
        weeks["US_SECURITY"]["OPEN_INTEREST"]["put_value"].tolist() == two.optstat.resample("W")["put_value"].tolist()
    )
    assert joined.optstat.summary().index.tolist() == list(joined.columns.droplevel(-1).unique())
    assert joined.optstat.validate() is joined
    assert "panel of 2 series" in repr(joined.optstat)
    for call in ("missing_sessions", "digest", "normalize"):
        with pytest.raises(InvalidData, match="Select one"):
            getattr(joined.optstat, call)()


def test_overview():
    frame = loaded(60, source="opend://<b>&")
    text, page = repr(frame.optstat), frame.optstat._repr_html_()
    for words in ("US_SECURITY VOLUME", "60 rows", "2026-01-05 to 2026-03-27", "opend://<b>&", "zscore"):
        assert words in text
    assert frame.optstat.digest()[:19] in text
    assert "opend://&lt;b&gt;&amp;" in page
    assert "<b>&" not in page
    frame.attrs.clear()
    assert "  Source       unknown: " in repr(frame.optstat)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda o: o.metrics(5), "windows=5"),
        (lambda o: o.metrics(("30D",)), "windows='30D'"),
        (lambda o: o.metrics("30D"), "windows='30D'"),
        (lambda o: o.metrics((5,), lookback=True), "lookback=True"),
        (lambda o: o.rolling_ratio(0), "window=0"),
        (lambda o: o.summary(lookback=-1), "window=-1"),
        (lambda o: o.missing_sessions(market="XX"), "market='XX'"),
    ],
)
def test_bad_arguments(call, words):
    for frame in (loaded(), loaded(0)):
        with pytest.raises(InvalidRequest, match=words):
            call(frame.optstat)


def test_it_keeps_no_state():
    frame = loaded(10)
    accessor = frame.optstat
    first = accessor.put_call_ratio
    frame["put_value"] = 2 * frame["put_value"]
    assert accessor.put_call_ratio.equals(2 * first)


def test_import_is_light():
    heavy = "matplotlib", "exchange_calendars", "google.protobuf", "diskcache", "ipywidgets"
    code = f"import sys, pd_optstat.accessor; print([n for n in {heavy!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_sample_is_valid():
    frame = pd_optstat.sample()
    assert frame.optstat.validate() is frame


def test_turnover_needs_the_same_market_and_time_zone():
    volume, interest = loaded(), loaded(data_type="OPEN_INTEREST", seed=2)
    interest.attrs["optstat"]["market"] = "HK_INDEX"
    with pytest.raises(InvalidRequest, match="of one market, not of US_SECURITY and HK_INDEX"):
        volume.optstat.turnover(interest)
    with pytest.raises(InvalidData, match="time zone"):
        volume.tz_localize("UTC").optstat.turnover(loaded(data_type="OPEN_INTEREST", seed=2))
