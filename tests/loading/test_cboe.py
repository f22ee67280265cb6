"""Cboe's put/call files in all spellings, and every way in which a file can be wrong."""

from __future__ import annotations

import contextlib
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


def read(content, **options):
    return po.read_cboe(io.StringIO(text(content) if isinstance(content, list) else content), **options)


def test_published_file_gives_a_frame_like_that_of_load(tmp_path):
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


def test_accessor_methods_on_a_cboe_frame():
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
def test_header_spellings(header):
    pd.testing.assert_frame_equal(read(text(header=header)), read(ROWS))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_line_ends_and_encodings(end, encoding):
    content = text(above=["Cboe\u00a0data,,,,"], end=end)
    expected = read(ROWS)["call_value"].tolist()
    assert po.read_cboe(io.BytesIO(content.encode(encoding)))["call_value"].tolist() == expected
    assert po.read_cboe(io.StringIO("\ufeff" + content))["call_value"].tolist() == expected


def test_columns_in_another_order():
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
def test_product_from_the_file_name(tmp_path, name, product):
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


def test_rows_are_sorted_and_the_ratio_without_calls_is_nan():
    frame = read(["11/2/2006,0,7,7,0", "11/1/2006,2,1,3,0.5"])
    assert frame.index.is_monotonic_increasing
    assert frame["ratio"].tolist()[0] == 0.5
    assert np.isnan(frame["ratio"].iloc[1])


def test_missing_sessions_are_listed_in_attrs():
    frame = read(["11/1/2006,2,1,3,0.5", "11/6/2006,2,1,3,0.5"])
    assert frame.attrs["optstat"]["missing"] == ["2006-11-02", "2006-11-03"]
    assert frame.optstat.summary()["missing_sessions"].tolist() == [2]
    assert frame.optstat.missing_sessions().strftime("%Y-%m-%d").tolist() == [
        "2006-11-02",
        "2006-11-03",
    ]


def test_inconsistent_ratio_warns():
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
        ("DATE,CALL,P/C RATIO\n9/27/1995,5,0.79\n", "hold no puts"),
        ("DATE,TOTAL\n9/27/1995,5\n", "hold no calls and no puts"),
        ("DATE,P/C RATIO\n9/27/1995,x\n", "'x' is not a put/call ratio"),
        ("DATE,P/C RATIO\n9/27/1995,-0.5\n", "'-0.5' is not a put/call ratio"),
        ("DATE,P/C RATIO\n9/27/1995,0.5\n9/27/95,0.6\n", "1995-09-27 again, with another ratio than line 2"),
        ("DATE,INDEX P/C RATIO,EQUITY P/C RATIO\n9/27/1995,0.7,0.5\n", "of EQUITY, INDEX. Choose one with product="),
        ("DATE,CALL,CALLS,PUT\n11/1/2006,1,1,1\n", "name the call more than once"),
        (text(["11/1/2006,2,1,3,0.5", "1/13/6,2,1,3,0.5"]), "line 5: '1/13/6' is not a date"),
        (text(["13/1/2006,2,1,3,0.5"]), r"line 4: '13/1/2006' is not a date .*Give dayfirst=True"),
        (text(["11/1/1906,2,1,3,0.5"]), "not a day that options were traded on"),
        (text(["11/1/2206,2,1,3,0.5"]), "not a day that options were traded on"),
        (text(["11/1/2006,-2,1,3,0.5"]), "'-2' is not a count of contracts"),
        (text(["11/1/2006,2.5,1,3,0.5"]), "'2.5' is not a count"),
        (text(["11/1/2006,,1,3,0.5"]), "'' is not a count of contracts"),
        (text(["11/1/2006,99999999999999999999,1,3,0.5"]), "not a count"),
        (text(["11/1/2006,2"]), "has 2 values where 5 are needed"),
        (text(["11/1/2006,2,1,3,0.5", "11/1/2006,2,2,4,1"]), "line 5 has 2006-11-01 again, with other counts"),
        (text(["11/1/2006,2,1,4,0.5", "11/2/2006,2,2,5,0.5"]), r"line 4 \(2006-11-01\): the total 4 .*line 5"),
        ('DATE,CALL,PUT\n"' + "x" * 140_000, "is not valid CSV"),
        (text().encode("utf-16").decode("latin-1"), "NUL characters"),
    ],
)  # fmt: skip
def test_errors_name_the_line_and_the_remedy(content, words):
    with pytest.raises(po.InvalidData, match=words) as caught:
        read(content)
    assert "the buffer" in str(caught.value)
    assert "Cboe" in str(caught.value) or "product=" in str(caught.value)


def test_file_size_is_bounded(tmp_path):
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
def test_invalid_paths(given_, words):
    with pytest.raises(po.InvalidRequest, match=words):
        po.read_cboe(given_)


def test_buffers_that_cannot_be_read():
    closed = io.StringIO("x")
    closed.close()
    with pytest.raises(po.InvalidRequest, match="closed"):
        po.read_cboe(closed)
    with pytest.raises(po.InvalidData, match="encoding"):
        po.read_cboe(io.TextIOWrapper(io.BytesIO(b"\xa0" + text().encode()), encoding="utf-8"))


@pytest.mark.filterwarnings("ignore::pd_optstat.errors.DataWarning")  # of days that are not sessions
@given(
    st.dictionaries(
        st.dates(date(1995, 1, 1), date(2030, 1, 1)), st.tuples(*[st.integers(0, 10**9)] * 2), min_size=1, max_size=20
    ),
    st.booleans(),
)
def test_what_is_written_is_read(rows, dayfirst):
    """Rows of random dates come back unchanged, in either order of day and month."""
    order = "{0.day}/{0.month}/{0.year}" if dayfirst else "{0.month}/{0.day}/{0.year}"
    lines = [f"{order.format(day)},{call},{put},{call + put}," for day, (call, put) in rows.items()]
    frame = read(lines, dayfirst=dayfirst)
    found = {day.date(): (row.call_value, row.put_value) for day, row in frame.iterrows()}
    assert found == rows


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_change_no_row(noise):
    with pytest.raises(po.InvalidData):
        po.read_cboe(io.BytesIO(noise))
    with contextlib.suppress(po.InvalidData):  # or it is taken for a line of text below the rows
        assert len(po.read_cboe(io.BytesIO(text().encode() + b"x" + noise))) == len(ROWS)
    with pytest.raises(po.InvalidData):
        po.read_cboe(io.BytesIO(text().encode() + b"1" + noise))


# Dates


@pytest.mark.parametrize(
    "written",
    [
        "11/1/2006", "11/01/2006", "11/1/06", "11-01-2006", "2006-11-01", "2006/11/1", "2006-11-01 00:00:00",
        "2006-11-01T00:00", "11/1/2006 0:00", "01-Nov-06", "1-Nov-2006", "1 November 2006", "01.11.2006",
        "20061101", '"Nov 1, 2006"', "November 1 2006",
    ],
)  # fmt: skip
def test_date_formats(written):
    assert read([f"{written},2,1,3,0.5"]).index.tolist() == [pd.Timestamp("2006-11-01")]


@pytest.mark.parametrize(
    "written", ["2006-11-01 16:00:00", "11/1/2006 4:00 PM", "2006-11-01T00:00Z", "11/1-2006", "32-Nov-06", "1-Xyz-06"]
)
def test_invalid_dates(written):
    with pytest.raises(po.InvalidData, match="is not a date"):
        read([f"{written},2,1,3,0.5"])


def test_two_digit_years():
    assert read(["12/31/73,2,1,3,0.5", "1/2/03,2,1,3,0.5"]).index.year.tolist() == [1973, 2003]


def test_day_first_dates_are_refused_without_dayfirst():
    content = "DATE,CALLS,PUTS\n01/11/2006,20,18\n02/11/2006,20,18\n"
    with pytest.raises(po.InvalidData, match=r"1 of 2 rows are on days without a session .*2006-02-11.*dayfirst=True"):
        read(content)
    assert read(content, dayfirst=True).index.strftime("%m-%d").tolist() == ["11-01", "11-02"]
    with pytest.warns(po.DataWarning, match="days without a session in New York: 2006-02-11"):
        assert read(content, dayfirst=False).index.strftime("%m-%d").tolist() == ["01-11", "02-11"]


def test_ambiguous_dates_warn():
    content = "DATE,CALLS,PUTS\n02/05/2007,20,18\n03/05/2007,20,18\n"  # 5 February and 5 March, or 2 and 3 May
    with pytest.warns(po.DataWarning, match="Read as day/month/year, they would be successive sessions"):
        assert read(content).index.strftime("%m-%d").tolist() == ["02-05", "03-05"]
    assert read(content, dayfirst=False).index.strftime("%m-%d").tolist() == ["02-05", "03-05"]
    assert read(content, dayfirst=True).index.strftime("%m-%d").tolist() == ["05-02", "05-03"]
    assert len(read(["11/1/2006,2,1,3,0.5", "11/2/2006,2,1,3,0.5"])) == 2  # nothing to say


def test_rows_on_closed_days_warn():
    with pytest.warns(po.DataWarning, match="days without a session in New York: 2006-11-04, 2006-11-23"):
        frame = read(["11/3/2006,2,1,3,0.5", "11/4/2006,2,1,3,0.5", "11/23/2006,2,1,3,0.5"])
    assert len(frame) == 3


# Counts and lines


def test_rows_longer_than_the_header_are_refused():
    with pytest.raises(po.InvalidData, match=r"line 2, has 7 values, and the header names 3 columns. Thousands sep"):
        read("DATE,CALLS,PUTS\n11/1/2006,1,401,036,1,271,445\n")
    assert len(read("DATE,CALLS,PUTS,,\n11/1/2006,2,1,,,\n")) == 1


@pytest.mark.parametrize(
    ("content", "calls"),
    [
        ("DATE;CALLS;PUTS;P/C Ratio\n11/1/2006;1401036;1271445;0,91\n", 1401036),
        ("DATE;CALLS;PUTS\n01.11.2006;1.401.036;1.271.445\n", 1401036),
        ("DATE\tCALLS\tPUTS\n11/1/2006\t1,401,036\t1,271,445\n", 1401036),
        ("DATE;CALLS;PUTS\n11/1/2006;1 401 036;1\u00a0271\u202f445\n", None),
        ("DATE;CALLS;PUTS\n11/1/2006;1 401 036;1\u00a0271\u00a0445\n", 1401036),
        ("DATE;CALLS;PUTS\n11/1/2006;1'401'036;1'271'445\n", 1401036),
        ("DATE;CALLS;PUTS\n11/1/2006;1.401;1.271\n", None),
        ("DATE;CALLS;PUTS\n11/1/2006;1,4010;2\n", None),
        (",DATE,CALLS,PUTS\n0,11/1/2006,1401036.0,1271445.0\n", 1401036),
        ("Unnamed: 0,DATE,CALLS,PUTS\n0,11/1/2006,1401036,1271445\n", 1401036),
    ],
)
def test_delimiters_thousands_and_index_columns(content, calls):
    if calls is None:
        with pytest.raises(po.InvalidData, match="is not a count"):
            read(content)
    else:
        assert read(content)["call_value"].tolist() == [calls]


@pytest.mark.parametrize(
    "footer",
    [
        "Source: Cboe",
        "* Preliminary volume",
        "© 2006 Cboe 11/2/2006,,",
        "Total,1401036,1271445,2672481,0.91",
        "Sum,,,,",
    ],
)
def test_footers_are_skipped(footer):
    assert len(read([*ROWS, footer, "See the terms."])) == len(ROWS)
    with pytest.raises(po.InvalidData, match=r"line 4: .* is not a row, and rows follow it"):
        read([footer, *ROWS])


@pytest.mark.parametrize("blank", ["n/a", "N/A", "-", "NA", "null", "#N/A", "NaN", ""])
def test_missing_value_markers(blank):
    assert read([f"11/1/2006,0,1,1,{blank}"])["put_value"].tolist() == [1]
    assert read([f"11/1/2006,2,1,{blank},0.5"])["call_value"].tolist() == [2]
    with pytest.warns(po.DataWarning, match=r"no counts in line 5 \(11/2/2006\)\. Rows without counts were left out"):
        frame = read(["11/1/2006,2,1,3,0.5", f"11/2/2006,{blank},{blank},{blank},{blank}", "11/3/2006,2,1,3,0.5"])
    assert frame.attrs["optstat"]["missing"] == ["2006-11-02"]


def test_equal_repeated_rows_are_merged():
    assert len(read([ROWS[0], ROWS[1], ROWS[0]])) == 2


RATIOS = """Terms of use apply.
DATE,TOTAL VOLUME P/C RATIO,INDEX P/C RATIO,EQUITY P/C RATIO
9/27/1995,0.79,1.10,0.52
9/28/1995,,1.20,0.61
9/29/1995,0.81,n/a,0.60
Source: Cboe
"""


def test_files_of_ratios_without_counts_are_frames_of_ratios(tmp_path):
    path = tmp_path / "pcratioarchive.csv"
    path.write_text(RATIOS)
    with pytest.warns(po.DataWarning, match=r"has no ratio in line 4 \(9/28/1995\)"):
        frame = po.read_cboe(path)
    assert list(frame.columns) == ["timestamp", "ratio"]
    assert frame["ratio"].to_dict() == {pd.Timestamp("1995-09-27"): 0.79, pd.Timestamp("1995-09-29"): 0.81}
    assert frame["timestamp"].iloc[0] == pd.Timestamp("1995-09-27", tz="America/New_York").timestamp()
    about = frame.attrs["optstat"]
    assert (about["product"], about["source"], about["missing"]) == ("TOTAL", "cboe", ["1995-09-28"])
    assert frame.optstat.put_call_ratio.tolist() == [0.79, 0.81]
    assert frame.optstat.rolling_ratio(2, "mean").iloc[-1] == pytest.approx(0.8)
    with pytest.raises(po.InvalidData, match="ratios only"):
        frame.optstat.rolling_ratio(2)
    equity = po.read_cboe(path, product="equity")
    assert (equity["ratio"].tolist(), equity.attrs["optstat"]["product"]) == ([0.52, 0.61, 0.60], "EQUITY")
    with pytest.raises(po.InvalidRequest, match=r"hold the ratios of EQUITY, INDEX, TOTAL\. Choose one of these"):
        po.read_cboe(path, product="VIX")


def test_files_of_ratios_join_with_each_other_but_not_with_counts(tmp_path):
    old, new, counts = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "totalpc.csv"
    old.write_text("DATE;P/C Ratio\n9/27/95;0,79\n9/28/95;0,80\n")
    new.write_text("Date,P/C Ratio\n1995-09-28,0.81\n1995-09-29,0.82\n")
    counts.write_text(text())
    with pytest.warns(po.DataWarning, match=r"differ on 1995-09-28\. The ratios of the later file"):
        frame = po.read_cboe([old, new])
    assert frame["ratio"].tolist() == [0.79, 0.81, 0.82]
    with pytest.raises(po.InvalidData, match=r"old\.csv of these files hold ratios without counts"):
        po.read_cboe([old, counts])


def test_one_of_several_ratio_columns_must_agree():
    header = "DATE,CALLS,PUTS,INDEX P/C RATIO,TOTAL P/C RATIO"
    assert len(read(text(["11/1/2006,2,1,1.31,0.5"], header=header))) == 1
    with pytest.warns(po.DataWarning, match="not put / call"):
        read(text(["11/1/2006,2,1,1.31,0.7"], header=header))


def test_errors_quote_a_file_shortened_and_escaped():
    harmful = "\x1b[31m" + "x" * 100_000
    for content in (
        harmful,
        f"DATE,CALLS,PUTS\n{harmful},2,1\n",
        f"DATE,CALLS,PUTS\n11/1/2006,{harmful},1\n",
        f"DATE,CALLS,{harmful}\n11/1/2006,{harmful},1\n",
    ):
        with pytest.raises(po.InvalidData) as caught:
            read(content)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 1000


# The daily JSON


def daily(**changed):
    content = {
        "ratios": [
            {"name": "TOTAL PUT/CALL RATIO", "value": "0.94"},
            {"name": "EQUITY PUT/CALL RATIO", "value": "0.66"},
            {"name": "SPX + SPXW PUT/CALL RATIO", "value": "1.07"},
        ],
        "SUM OF ALL PRODUCTS": [
            {"name": "VOLUME", "call": 7018459, "put": 6618932, "total": 13637391},
            {"name": "OPEN INTEREST", "call": 337360276, "put": 255825343, "total": 593185619},
        ],
        "EQUITY OPTIONS": [{"name": "VOLUME", "call": "2,197,659", "put": 1459922, "total": 3657581}],
        "SPX + SPXW": [{"name": "VOLUME", "call": 0, "put": 0, "total": 0}],
    }
    return content | changed


def total(**entry):
    """Return a daily file with one entry, and something that is none."""
    return json.dumps(daily(**{"SUM OF ALL PRODUCTS": [{"name": "VOLUME"} | entry, 5]}))


def save(folder, name="2024-01-05_daily_options", **changed):
    path = folder / name
    path.write_text(json.dumps(daily(**changed)))
    return path


def test_a_daily_file_by_product_and_data_type(tmp_path):
    path = save(tmp_path)
    frame = po.read_cboe(path)
    assert frame.index.tolist() == [pd.Timestamp("2024-01-05")]
    assert (frame["call_value"].tolist(), frame["put_value"].tolist()) == ([7018459], [6618932])
    about = frame.attrs["optstat"]
    assert (about["product"], about["data_type"], about["endpoint"]) == ("TOTAL", "VOLUME", path.name)
    for name in ("EQUITY", "equity options", "Equity"):
        assert po.read_cboe(path, product=name)["call_value"].tolist() == [2197659]
    interest = po.read_cboe(path, data_type="open_interest")
    assert interest["call_value"].tolist() == [337360276]
    assert interest.attrs["optstat"]["data_type"] == "OPEN_INTEREST"
    with pytest.raises(po.InvalidRequest, match=r"does not hold it\. It holds TOTAL, EQUITY, SPX"):
        po.read_cboe(path, product="VIX")
    with pytest.raises(po.InvalidData, match="0 entries of OPEN INTEREST for EQUITY"):
        po.read_cboe(path, product="EQUITY", data_type="OPEN_INTEREST")


def test_the_day_of_a_daily_file(tmp_path):
    assert po.read_cboe(save(tmp_path, "20240105.json")).index.tolist() == [pd.Timestamp("2024-01-05")]
    inside = json.dumps(daily(date="2024-01-05"))
    assert po.read_cboe(io.StringIO(inside)).index.tolist() == [pd.Timestamp("2024-01-05")]
    with pytest.raises(po.InvalidData, match="2024-01-05 and 2024-01-08, by its content and its name"):
        po.read_cboe(save(tmp_path, "2024-01-08_daily_options", date="2024-01-05"))
    with pytest.raises(po.InvalidData, match=r"does not tell its day\. Save it under a name"):
        po.read_cboe(io.StringIO(json.dumps(daily())))
    with pytest.warns(po.DataWarning, match="days without a session"):
        po.read_cboe(save(tmp_path, "2024-01-06_daily_options"))


def test_daily_files_and_csvs_join_into_one_series(tmp_path):
    csv = tmp_path / "totalpc.csv"
    csv.write_text(text())
    frame = po.read_cboe([csv, *(save(tmp_path, f"2024-01-0{day}_daily_options") for day in (2, 3, 4, 5))])
    assert len(frame) == 7
    assert frame.attrs["optstat"]["endpoint"] == (
        "totalpc.csv, 2024-01-02_daily_options, 2024-01-03_daily_options and 2 more"
    )
    newer = tmp_path / "newer.csv"
    newer.write_text(text(["11/2/2006,2,1,3,0.5", "11/3/2006,2,1,3,0.5"]))
    for files, calls in (([csv, newer], 2), ([newer, csv], 1348240)):
        with pytest.warns(po.DataWarning, match=r"differ on 2006-11-02\. The counts of the later file"):
            assert po.read_cboe(files).loc["2006-11-02", "call_value"] == calls
    equity = tmp_path / "equitypc.csv"
    equity.write_text(text(above=[]))
    with pytest.raises(po.InvalidData, match="different products: EQUITY, TOTAL"):
        po.read_cboe([csv, equity])
    with pytest.raises(po.InvalidRequest, match="empty list"):
        po.read_cboe([])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not valid JSON"),
        ("{" + "[" * 100_000, "not valid JSON"),
        ('{"a": 1}', "no products"),
        (
            json.dumps(daily(**{"SUM OF ALL PRODUCTS": [{"name": "VOLUME", "call": 1, "put": 1, "total": 3}]})),
            "total 3",
        ),
        (json.dumps(daily(**{"SUM OF ALL PRODUCTS": [{"name": "VOLUME", "call": -1, "put": 1}]})), "not a count"),
        (json.dumps(daily(**{"SUM OF ALL PRODUCTS": [{"name": "VOLUME", "call": 1.5, "put": 1}]})), "not a count"),
        (json.dumps(daily(**{"SUM OF ALL PRODUCTS": [{"name": "VOLUME", "call": None, "put": 1}]})), "has no counts"),
        (json.dumps(daily(**{"SUM OF ALL PRODUCTS": [{"name": ["VOLUME"]}, 5]})), "0 entries"),
    ],
)
def test_invalid_daily_files(content, words):
    with pytest.raises(po.InvalidData, match=words):
        read(content)


def test_options_that_contradict_the_file():
    with pytest.raises(po.InvalidRequest, match="is a CSV, and these hold volume only"):
        read(ROWS, data_type="OPEN_INTEREST")
    with pytest.raises(po.InvalidRequest, match="product='EQUITY': the buffer holds TOTAL"):
        read(ROWS, product="EQUITY")
    assert len(read(ROWS, product="total")) == 3
    for wrong in ({"product": 5}, {"dayfirst": "yes"}, {"data_type": "GREEKS"}):
        with pytest.raises(po.InvalidRequest, match=next(iter(wrong))):
            read(ROWS, **wrong)


def test_path_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "my file.csv").write_text("DATE,CALLS,PUTS,TOTAL,P/C Ratio\n11/1/2006,4,2,6,0.5\n")
    assert po.read_cboe("~/my file.csv")["ratio"].tolist() == [0.5]
    with pytest.raises(po.InvalidRequest, match=r"'~/other\.csv' cannot be read: .*Give the path of a put/call CSV"):
        po.read_cboe("~/other.csv")
