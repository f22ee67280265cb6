"""Cboe's put/call CSVs: every spelling the exchange has used, and every way in which a file can be wrong."""

from __future__ import annotations

import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.loading import cboe

DISCLAIMER = (
    "Volume and Put/Call Ratio data is compiled for the convenience of site visitors and is furnished without "
    "responsibility for accuracy.  Your use is subject to the Terms and Conditions of Cboe's Websites.,,,,"
)
#: The first and last rows of the published totalpc.csv: from 2019 on there are blanks after the commas.
ROWS = [
    "11/1/2006,1401036,1271445,2672481,0.91",
    "11/2/2006,1348240,1218592,2566832,0.9",
    "10/04/2019, 2175006, 2289715, 4464721, 1.05",
]


def text(
    rows=ROWS,
    header="DATE,CALLS,PUTS,TOTAL,P/C Ratio",
    end="\r\n",
    above=(DISCLAIMER, ", PRODUCT: TOTAL,,EXCHANGE: Cboe,"),
):
    return end.join([*above, header, *rows, "", ",,,,", ""])


def read(content, **named):
    return po.read_cboe(io.StringIO(text(content) if isinstance(content, list) else content))


def test_the_published_file_is_a_frame_like_that_of_load(tmp_path):
    path = tmp_path / "totalpc.csv"
    path.write_text(text(), newline="")
    frame = po.read_cboe(path)
    like = po.load("US_SECURITY", "VOLUME", "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    assert list(frame.columns) == list(like.columns)
    assert list(frame.dtypes) == list(like.dtypes)
    assert (frame.index.dtype, frame.index.name) == (like.index.dtype, "time")
    assert frame["call_value"].tolist() == [1401036, 1348240, 2175006]
    assert frame["put_value"].tolist() == [1271445, 1218592, 2289715]
    assert frame["ratio"].tolist() == [1271445 / 1401036, 1218592 / 1348240, 2289715 / 2175006]
    newyork = pd.DatetimeIndex(["2006-11-01", "2006-11-02", "2019-10-04"]).tz_localize("America/New_York")
    assert frame["timestamp"].tolist() == [day.timestamp() for day in newyork]
    about = frame.attrs["optstat"]
    assert set(like.attrs["optstat"]) <= set(about)
    assert (about["source"], about["endpoint"], about["product"]) == ("cboe", "totalpc.csv", "TOTAL")
    assert (about["market"], about["data_type"], about["synthetic"]) == (None, "VOLUME", False)
    assert (about["start"], about["end"], about["rows"]) == ("2006-11-01", "2019-10-04", 3)
    assert about["digest"] == frame.optstat.digest()
    assert json.loads(json.dumps(about)) == about


def test_every_metric_runs_on_it():
    frame = read(ROWS)
    assert frame.optstat.validate() is frame
    assert frame.optstat.metrics([2]).shape == (3, 13)
    assert frame.optstat.resample("YE")["call_value"].tolist()[0] == 1401036 + 1348240
    assert "VOLUME" in repr(frame.optstat)
    assert len(frame.optstat.seasonal())
    assert len(frame.optstat.adjusted_ratio()) == 3
    assert frame.optstat.plot().get_title("left")


@pytest.mark.parametrize(
    "header",
    [
        "DATE,CALL,PUT,TOTAL,P/C Ratio",
        "DATE,CALLS,PUTS,TOTAL,P/C Ratio",
        "Date , Call(s) ,Put(s), Total,p/c ratio",
        "Trade_date,Call,Put,Total,P/C Ratio",
        "TRADE DATE,CALL VOLUME,PUT VOLUME,TOTAL VOLUME,PUT/CALL RATIO",
        '"DATE","CALLS","PUTS","TOTAL","P/C"',
    ],
)
def test_every_spelling_of_the_header(header):
    pd.testing.assert_frame_equal(read(text(header=header)), read(ROWS))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_every_line_end_and_encoding(end, encoding):
    content = text(above=["Cboe\u00a0data,,,,"], end=end)
    expected = read(ROWS)["call_value"].tolist()
    assert po.read_cboe(io.BytesIO(content.encode(encoding)))["call_value"].tolist() == expected
    assert po.read_cboe(io.StringIO("\ufeff" + content))["call_value"].tolist() == expected


def test_products_with_the_columns_in_another_order():
    content = (
        "Cboe Volume and Put/Call Ratio data is provided for informational purposes only.\r\n"
        "Date,SPX Put/Call Ratio,SPX Put Volume,SPX Call Volume,Total SPX Options Volume\r\n"
        "7/6/2010,1.91,446308,233843,680151\r\n10/04/2019, 2.32, 1015727, 437756, 1453483\r\n"
    )
    frame = read(content)
    assert frame["put_value"].tolist() == [446308, 1015727]
    assert frame["call_value"].tolist() == [233843, 437756]


@pytest.mark.parametrize(
    ("name", "product"), [("vixpc.csv", "VIX"), ("equitypcarchive.csv", "EQUITY"), ("mine.csv", None)]
)
def test_the_product_is_read_from_the_name_where_no_line_tells_it(tmp_path, name, product):
    path = tmp_path / name
    path.write_text(text(above=[]))
    assert po.read_cboe(str(path)).attrs["optstat"]["product"] == product
    with path.open() as opened:
        assert po.read_cboe(opened).attrs["optstat"]["endpoint"] == name
    with path.open("rb", buffering=0) as opened:
        assert po.read_cboe(opened).attrs["optstat"]["product"] == product


def test_thousands_separators_and_iso_dates_of_a_saved_spreadsheet():
    frame = read(['2006-11-01,"1,401,036","1,271,445","2,672,481",0.91'])
    assert frame["call_value"].tolist() == [1401036]


def test_rows_in_any_order_are_sorted_and_a_day_without_calls_has_no_ratio():
    frame = read(["11/2/2006,0,7,7,0", "11/1/2006,2,1,3,0.5"])
    assert frame.index.is_monotonic_increasing
    assert frame["ratio"].tolist()[0] == 0.5
    assert np.isnan(frame["ratio"].iloc[1])


def test_missing_sessions_are_told():
    frame = read(["11/1/2006,2,1,3,0.5", "11/6/2006,2,1,3,0.5"])
    assert frame.attrs["optstat"]["missing"] == ["2006-11-02", "2006-11-03"]
    assert frame.optstat.summary()["missing_sessions"].tolist() == [2]
    assert frame.optstat.missing_sessions().strftime("%Y-%m-%d").tolist() == [
        "2006-11-02",
        "2006-11-03",
    ]


def test_a_ratio_that_does_not_fit_is_a_warning():
    with pytest.warns(po.OptStatWarning, match="not put / call on 2006-11-02"):
        frame = read(["11/1/2006,200,101,301,0.50", "11/2/2006,2,1,3,0.9"])
    assert frame["ratio"].tolist() == [0.505, 0.5]
    with pytest.warns(po.OptStatWarning) as told:
        read(["11/2/2006,2,1,3,0.9"])
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "It is empty"),
        ("\n\n", "It is empty"),
        ("<!DOCTYPE html>\n<html>", "It is a web page"),
        ("a,b\n1,2\n", "no header such as DATE,CALL,PUT,TOTAL,P/C Ratio"),
        (text(rows=[]), "no rows below its header"),
        ("DATE,TOTAL VOLUME P/C RATIO,INDEX P/C RATIO\n9/27/1995,0.79,\n", "hold no calls and puts"),
        ("DATE,CALL,CALLS,PUT\n11/1/2006,1,1,1\n", "name the call more than once"),
        (text(["11/1/2006,2,1,3,0.5", "1/13/06,2,1,3,0.5"]), "line 5: '1/13/06' is no date"),
        (text(["13/1/2006,2,1,3,0.5"]), "line 4: '13/1/2006' is no date"),
        (text(["11/1/1906,2,1,3,0.5"]), "no day that options were traded on"),
        (text(["11/1/2206,2,1,3,0.5"]), "no day that options were traded on"),
        (text(["11/1/2006,-2,1,3,0.5"]), "'-2' is no count of contracts"),
        (text(["11/1/2006,2.5,1,3,0.5"]), "'2.5' is no count"),
        (text(["11/1/2006,,1,3,0.5"]), "'' is no count of contracts"),
        (text(["11/1/2006,99999999999999999999,1,3,0.5"]), "no count"),
        (text(["11/1/2006,2"]), "has 2 values where 5 are needed"),
        (text(["11/1/2006,2,1,3,0.5", "11/1/2006,2,1,3,0.5"]), "line 5 has 2006-11-01 again, which line 4 has"),
        (text(["11/1/2006,2,1,4,0.5", "11/2/2006,2,2,5,0.5"]), r"line 4 \(2006-11-01\): the total 4 .*line 5"),
        ('DATE,CALL,PUT\n"' + "x" * 140_000, "is no CSV"),
        (text().encode("utf-16").decode("latin-1"), "NUL characters"),
    ],
)  # fmt: skip
def test_wrong_files_say_where_and_what_to_do(content, words):
    with pytest.raises(po.InvalidData, match=words) as caught:
        read(content)
    assert "the buffer" in str(caught.value)
    assert "Cboe" in str(caught.value) or "ratios alone" in str(caught.value)


def test_the_size_is_bounded(tmp_path):
    with pytest.raises(po.InvalidData, match="larger than 16 MiB"):
        po.read_cboe(io.BytesIO(b"x" * (cboe.MAX_BYTES + 1)))

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * min(size, 2**20)

    with pytest.raises(po.InvalidData, match="larger than 16 MiB"):
        po.read_cboe(Endless())


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ("/no/such/totalpc.csv", "totalpc.csv"),
        (5, "int is neither"),
        ("https://cdn.example/totalpc.csv", "is a URL"),
        ("a\0b", "cannot"),
    ],
)
def test_what_is_no_file_is_an_invalid_request(given_, words):
    with pytest.raises(po.InvalidRequest, match=words):
        po.read_cboe(given_)


def test_buffers_that_cannot_be_read():
    closed = io.StringIO("x")
    closed.close()
    with pytest.raises(po.InvalidRequest, match="closed"):
        po.read_cboe(closed)
    with pytest.raises(po.InvalidData, match="encoding"):
        po.read_cboe(io.TextIOWrapper(io.BytesIO(b"\xa0" + text().encode()), encoding="utf-8"))


@given(
    st.dictionaries(
        st.dates(date(1995, 1, 1), date(2030, 1, 1)), st.tuples(*[st.integers(0, 10**9)] * 2), min_size=1, max_size=20
    )
)
def test_what_is_written_is_read(rows):
    lines = [f"{day.month}/{day.day}/{day.year},{call},{put},{call + put}," for day, (call, put) in rows.items()]
    frame = read(lines)
    found = {day.date(): (row.call_value, row.put_value) for day, row in frame.iterrows()}
    assert found == rows


@given(st.binary(max_size=300))
def test_noise_is_invalid_data_and_nothing_else(noise):
    with pytest.raises(po.InvalidData):
        po.read_cboe(io.BytesIO(noise))
    with pytest.raises(po.InvalidData):
        po.read_cboe(io.BytesIO(text().encode() + b"x" + noise))


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "my file.csv").write_text("DATE,CALLS,PUTS,TOTAL,P/C Ratio\n11/1/2006,4,2,6,0.5\n")
    assert po.read_cboe("~/my file.csv")["ratio"].tolist() == [0.5]
    with pytest.raises(po.InvalidRequest, match=r"'~/other\.csv' cannot be read: .*Give the path of a put/call CSV"):
        po.read_cboe("~/other.csv")
