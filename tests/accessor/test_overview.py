"""The repr of ``df.optstat`` on every kind of frame, and on attributes that somebody else wrote."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.accessor.overview import UNKNOWN, provenance_of

RANGE = ("2026-05-01", "2026-06-12")
LABELS = ["Series", "Range", "Rows", "Source", "Observed", "Provisional", "Missing", "Digest"]


class Table(HTMLParser):
    """The headings and cells of a page, and every tag and attribute that it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.rows: list[tuple[str, str]] = []
        self.feed(page)
        assert self.open == [], "a tag is not closed"

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        self.open.append(tag)
        if tag == "th":
            self.rows.append((dict(attrs)["scope"], ""))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "td" in self.open:
            self.rows[-1] = (self.rows[-1][0], f"{self.rows[-1][1]}|{data}")
        elif "th" in self.open:
            self.rows[-1] = (self.rows[-1][0], data)

    @property
    def facts(self) -> dict[str, str]:
        return dict(text.split("|", 1) for scope, text in self.rows if scope == "row" and "|" in text)


def load(**options):
    return po.load("US_SECURITY", "VOLUME", *RANGE, source="simulator:", **options)


def facts(frame):
    """Return the facts, after checking that text and HTML show the same."""
    found = dict(provenance_of(frame).facts)
    page = Table(frame.optstat._repr_html_())
    flat = " ".join(repr(frame.optstat).split())
    for name, value in found.items():
        assert page.facts[name] == value
        assert f"{name} {' '.join(value.split())}" in flat
    return found


def test_a_loaded_frame():
    frame = load()
    found, about = facts(frame), frame.attrs["optstat"]
    assert list(found) == LABELS
    assert found["Series"] == "US_SECURITY VOLUME"
    assert found["Range"] == "2026-05-01 to 2026-06-12"
    assert found["Rows"] == "30"
    assert found["Source"] == "simulator:3301, at simulator:?seed=3301 (SYNTHETIC data)"
    assert found["Digest"] == f"{about['digest']} (as loaded)"
    assert (found["Provisional"], found["Missing"]) == ("none", "none")
    assert found["Observed"] == pd.Timestamp(about["observed_at"]).strftime("%Y-%m-%d %H:%M:%S UTC")
    assert repr(frame.optstat).startswith("df.optstat: US_SECURITY VOLUME, 30 rows, SYNTHETIC\n")
    assert str(frame.optstat) == repr(frame.optstat)


def test_provisional_and_missing_days_are_shown():
    frame = load()
    days = ["2026-06-10", "2026-06-11", "2026-06-12"]
    frame.attrs["optstat"] |= {"provisional": days, "missing": days[:1], "as_of": "2026-06-12T23:00:00+02:00"}
    found = facts(frame)
    assert found["Provisional"] == "3: 2026-06-10, 2026-06-11, 2026-06-12"
    assert found["Missing"] == "1: 2026-06-10"
    assert found["As of"] == "2026-06-12 21:00:00 UTC"


def test_as_of_and_pin(tmp_path):
    load()
    assert facts(load(as_of="2100-01-01"))["As of"] == "2100-01-01 23:59:59 UTC"
    with po.pin(tmp_path / "study.optstat"):
        load()
    with po.pin(tmp_path / "study.optstat", mode="replay"):
        frame = load()
    found = facts(frame)
    assert found["Pin"] == frame.attrs["optstat"]["pin"]
    assert found["Digest"].endswith("(as loaded)")


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.iloc[5:],
        lambda f: f.assign(put_value=f["put_value"].where(f.index != f.index[3], 1)),
        lambda f: f.optstat.resample("W"),
        lambda f: f.optstat.normalize().iloc[::2],
    ],
)
def test_changed_rows_are_noted(change):
    frame = load()
    about = dict(frame.attrs["optstat"])
    frame.attrs["optstat"] |= {"provisional": ["2026-05-01", "2026-06-11"]}
    changed = change(frame)
    found = facts(changed)
    assert found["Digest"] == f"{changed.optstat.digest()} (not as loaded)"
    assert f"not the rows that were loaded (30 rows, {about['digest']})" in found["Note"]
    if changed.index[0] > frame.index[4]:
        assert found["Provisional"] == "1: 2026-06-11"


@pytest.mark.parametrize(
    "same",
    [
        lambda f: f.copy(), lambda f: f[::-1], lambda f: f.astype("float64"), lambda f: f.optstat.metrics(),
        lambda f: f.reset_index(), lambda f: f.drop(columns=["ratio", "timestamp"]),
    ],
)  # fmt: skip
def test_the_same_rows_in_another_form_are_as_loaded(same):
    frame = same(load())
    found = facts(frame)
    assert found["Digest"] == f"{frame.attrs['optstat']['digest']} (as loaded)"
    assert "Note" not in found


def test_a_frame_without_attributes():
    raw = po.sample().reset_index()[::-1]
    raw.attrs = {}
    found = facts(raw)
    assert [found[name] for name in ("Source", "Observed", "Provisional", "Missing")] == [UNKNOWN] * 4
    assert found["Series"] == "series"
    assert found["Digest"] == f"{po.sample().optstat.digest()} (computed from these rows)"
    assert "SYNTHETIC" not in repr(raw.optstat)


def test_missing_numbers_and_no_rows():
    frame = load()
    holed = frame.astype({"call_value": "Int64"})
    holed.iloc[2, 1] = pd.NA
    found = facts(holed)
    assert found["Digest"] == "none: counts are missing or not whole"
    assert "not the rows that were loaded" in found["Note"]
    empty = po.load("US_SECURITY", "VOLUME", "2026-05-02", "2026-05-03", source="simulator:")
    found = facts(empty)
    assert (found["Range"], found["Rows"], found["Observed"]) == ("no days", "0", "nothing yet")
    assert found["Digest"].endswith("(as loaded)")


def test_a_panel():
    panel = po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", *RANGE, source="simulator:")
    found = provenance_of(panel)
    assert (found.title, found.synthetic) == (f"panel of 2 series, {len(panel)} rows", True)
    said = {one.title: dict(one.facts) for one in found.series}
    for part in panel.attrs["optstat"]["series"]:
        own = said[f"{part['market']} {part['data_type']}, {part['rows']} rows"]
        assert own["Digest"] == f"{part['digest']} (as loaded)"
    page = Table(panel.optstat._repr_html_())
    groups = [text for scope, text in page.rows if scope == "rowgroup"]
    assert groups == [f"{title}, SYNTHETIC" for title in said]
    assert all(title in repr(panel.optstat) for title in said)
    part = panel.iloc[5:]
    assert all("Note" in dict(one.facts) for one in provenance_of(part).series)


def test_a_panel_of_many_series_and_of_an_unreadable_one():
    many = pd.concat({(f"M{i}", "VOLUME"): po.sample() for i in range(30)}, axis=1)
    found = provenance_of(many)
    assert dict(found.facts)["Not shown"] == "6 more series"
    odd = pd.concat({("A", "VOLUME"): po.sample(), ("B", "VOLUME"): po.sample().assign(put_value="x")}, axis=1)
    assert "B VOLUME: cannot be read" in repr(odd.optstat)
    assert "A VOLUME, 5 rows" in repr(odd.optstat)


# -- Frames that lost their attributes, or rows ------------------------------------------------------------------


def by_csv(frame):
    return pd.read_csv(io.StringIO(frame.to_csv()))


def by_json(frame):
    return pd.read_json(io.StringIO(frame.to_json(orient="table")), orient="table")


def without_attrs(frame):
    return pd.DataFrame({name: list(values) for name, values in frame.reset_index().items()})


def joined(frame):
    return frame.join(pd.DataFrame({"close": 1.0}, index=frame.index), how="inner")


def merged(frame):
    return frame.reset_index().merge(pd.DataFrame({"time": frame.index, "close": 1.0}), on="time")


def concatenated(frame):
    other = po.load("US_SECURITY", "VOLUME", "2025-01-02", "2025-01-31", source="simulator:?seed=7")
    return pd.concat([other, frame])


LOSSES = [by_csv, by_json, without_attrs, joined, merged, concatenated, lambda f: by_csv(f)[f.ratio.to_numpy() > 0.7]]


def labels(ax):
    return [ax.get_xlabel(), *(text.get_text() for text in ax.texts)]


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("source", ["simulator:", "simulator:?seed=7"])
def test_synthetic_rows_stay_labelled(lose, source):
    frame = lose(po.load("HK_INDEX", "OPEN_INTEREST", *RANGE, source=source))
    assert ", SYNTHETIC" in repr(frame.optstat).partition("\n")[0]
    assert "SYNTHETIC" in frame.optstat._repr_html_()
    assert "(SYNTHETIC data)" in facts(frame)["Source"]
    ax = frame.optstat.plot("ratio", (2,), title="mine")
    assert any("synthetic data" in label for label in labels(ax))
    assert frame.optstat.normalize(market="HK_INDEX").attrs["optstat"]["synthetic"] is True
    assert ", SYNTHETIC" in repr(frame.optstat.resample("W", data_type="OPEN_INTEREST").optstat)


@pytest.mark.parametrize("of_panel", [False, True])
def test_the_explorer_stays_labelled(of_panel):
    frame = by_csv(load()).set_index("time")
    if of_panel:
        frame = pd.concat({("US_SECURITY", "VOLUME"): frame}, axis=1, names=["market", "data_type", "field"])
    explorer = frame.optstat.explore(window=2, lookback=5).wait(60)
    assert "SYNTHETIC" in explorer.status
    assert "not exactly the rows that were loaded" not in explorer.status  # nothing says which were
    assert frame.attrs == {}


def test_a_panel_stays_labelled():
    parts = {
        (market, "VOLUME"): by_csv(po.load(market, "VOLUME", *RANGE, source="simulator:")).set_index("time")
        for market in ("US_SECURITY", "HK_INDEX")
    }
    panel = pd.concat(parts, axis=1, names=["market", "data_type", "field"])
    assert repr(panel.optstat).partition("\n")[0].endswith("series, 30 rows, SYNTHETIC, source unknown")
    assert all("synthetic data" in labels(ax)[-1] for ax in panel.optstat.plot("ratio", (2,)))


@pytest.mark.parametrize("lose", [by_csv, without_attrs, merged])
def test_an_unknown_source_is_shown(lose):
    frame = load()
    frame = lose(frame.assign(call_value=frame["call_value"] + 1).drop(columns=["total_value", "ratio"]))
    frame.attrs.clear()
    assert repr(frame.optstat).partition("\n")[0] == "df.optstat: series, 30 rows, source unknown"
    assert facts(frame)["Source"] == UNKNOWN
    assert "source unknown" in labels(frame.optstat.plot("ratio", (2,), title="mine"))
    assert "synthetic" not in frame.optstat.normalize().attrs["optstat"]


def test_removed_rows_are_shown():
    frame = load()
    filtered = frame[frame["ratio"] > frame["ratio"].median()]
    assert facts(filtered)["Removed"] == "15 of 30 loaded rows"
    assert "synthetic data · 15 of 30 loaded rows removed" in labels(filtered.optstat.plot("ratio", (2,)))
    assert "Removed" not in facts(frame)
    weeks = frame.optstat.resample("W")
    assert "Removed" not in facts(weeks)
    assert facts(weeks)["Resampled"] == "W"


def test_removed_rows_of_a_panel_are_shown():
    panel = po.load_panel(["US_SECURITY", "HK_INDEX"], "VOLUME", *RANGE, source="simulator:")
    kept = panel.iloc[::2]
    removed = [dict(part.facts)["Removed"] for part in provenance_of(kept).series]
    loaded = [info["rows"] for info in panel.attrs["optstat"]["series"]]
    present = [int(kept[market]["VOLUME"]["call_value"].notna().sum()) for market in ("US_SECURITY", "HK_INDEX")]
    assert removed == [f"{n - m} of {n} loaded rows" for n, m in zip(loaded, present, strict=True)]
    drawn = [labels(ax)[-1] for ax in kept.optstat.plot("ratio", (2,))]
    assert drawn == [f"synthetic data · {text} removed" for text in removed]


# -- Attributes of others ---------------------------------------------------------------------------------------

MARKUP = "<script>alert(1)</script>&\"'><img src=x onerror=alert(1)>"
FIELDS = [
    "market", "data_type", "source", "endpoint", "synthetic", "rows", "observed_at", "as_of", "provisional", "missing",
    "digest", "pin", "series",
]  # fmt: skip
ODD = {"huge": 10**5000, "array": np.arange(3), "absent": pd.NA, "object": object()}
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just(MARKUP)
    | st.sampled_from(["\x1b[2J\n\u202e", "2026-06-12", "9999-12-31T23:59-23:59"])
    | st.sampled_from(["huge", "array", "absent", "object"]).map(lambda name: ODD[name]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner, max_size=3),
)  # fmt: skip


@given(about=values | st.dictionaries(st.sampled_from(FIELDS), values), panel=st.booleans())
def test_no_attributes_break_or_inject(about, panel):
    frame = pd.concat({("US_SECURITY", "VOLUME"): po.sample()}, axis=1) if panel else po.sample()
    frame.attrs["optstat"] = about
    text, page = repr(frame.optstat), Table(frame.optstat._repr_html_())
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert page.tags <= {"div", "table", "caption", "b", "tbody", "tr", "th", "td", "details", "summary"}
    assert {name for name, _ in page.attributes} <= {"scope", "style", "colspan"}


@pytest.mark.slow
def test_huge_texts_are_cut():
    frame = load()
    for name in FIELDS[:4] + FIELDS[6:12]:
        frame.attrs["optstat"][name] = "x" * 10_000_000
    frame.attrs["optstat"]["missing"] = ["2026-06-12"] * 1_000_000
    assert len(repr(frame.optstat)) < 6_000
    assert len(frame.optstat._repr_html_()) < 30_000


def test_the_page_is_readable_in_every_theme():
    page = load().optstat._repr_html_()
    assert not re.search(r"colou?r|background|#[0-9a-f]{3}", page.replace("sha256:", ""), re.IGNORECASE)
    styles = {value for name, value in Table(page).attributes if name == "style"}
    assert styles == {"text-align: left"}


def test_it_changes_nothing():
    frame = load()
    before, about = frame.copy(), dict(frame.attrs["optstat"])
    repr(frame.optstat)
    frame.optstat._repr_html_()
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs["optstat"] == about


def test_a_series_of_a_panel_keeps_its_name_and_provenance():
    days = "2026-05-01", "2026-06-12"
    panel = po.load_panel(["US_SECURITY", "HK_INDEX"], None, *days, source="simulator:", cache=False)
    for market, data_type in (("US_SECURITY", "VOLUME"), ("HK_INDEX", "OPEN_INTEREST")):
        whole = po.load(market, data_type, *days, source="simulator:", cache=False)
        for part in (panel[market, data_type], panel[market][data_type]):  # with the days of the other exchange, too
            text = repr(part.optstat)
            assert f"{market} {data_type}, {len(whole)} rows, SYNTHETIC" in text
            assert f"{whole.attrs['optstat']['digest']} (as loaded)" in text.replace("\n" + " " * 15, " ")
            assert "Missing      none" in text
    selected = repr(panel["HK_INDEX", "VOLUME"].loc["2026-06":].optstat)
    assert "HK_INDEX" not in selected  # which one it was can no longer be told


def test_properties_are_not_among_the_methods():
    listed = repr(po.sample().optstat)
    assert "Properties: put_call_ratio, put_share\n" in listed
    assert "put_call_ratio" not in listed.partition("Methods: ")[2]
