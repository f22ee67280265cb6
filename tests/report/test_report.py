"""The report: what it says, that nothing escapes its text, and that its own code makes it again."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.cli import main

pytest.importorskip("jinja2")

QUICK = {
    "grid": {"windows": [1], "lookbacks": [40, 60], "thresholds": [0.1, 0.2]},
    "lookback": 60, "horizons": (1, 5), "n_splits": 2, "resamples": 400,
}  # fmt: skip


def frame(n=420, seed=0, **info):
    counts = np.random.default_rng(seed).integers(500, 1500, (n, 2))
    index = pd.bdate_range("2024-01-02", periods=n, name="time").as_unit(po.sample().index.unit)
    df = pd.DataFrame(counts, index, ["call_value", "put_value"])
    df.attrs["optstat"] = {
        "market": "US_SECURITY", "data_type": "VOLUME", "source": "opend", "provisional": ["2025-08-11"], "missing": [],
    } | info  # fmt: skip
    return df


def closes(n=430, name="ACME"):
    steps = np.random.default_rng(1).normal(0.0003, 0.01, n)
    return pd.Series(100 * np.exp(steps.cumsum()), pd.bdate_range("2024-01-02", periods=n), name=name)


class Page(HTMLParser):
    """The elements, links and texts of a page."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.attributes, self.texts, self.depth = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.depth.append(tag)

    def handle_endtag(self, tag):
        while self.depth and self.depth.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self.depth:
            self.texts.append(data.strip())

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module")
def page():
    return frame().optstat.report(closes(), path=None, **QUICK)


@pytest.fixture(scope="module")
def text(page):
    return Page(page).text


def test_all_sections_are_there_in_order(page):
    titles = re.findall(r"<h2>\d+\. (.*?)</h2>", page)
    assert titles == [
        "Data", "The ratio and its extremes", "Seasonality", "Returns by quantile of the ratio", "Event study",
        "Returns after extremes, with joint p-values", "Out of sample", "Caveats", "Reproduction",
    ]  # fmt: skip
    assert "Left out" not in page
    assert page.count("<svg") == 4


def test_says_what_the_data_are(text):
    df = frame()
    for fact in ("US_SECURITY VOLUME", "opend", df.optstat.digest(), "2024-01-02 to", "1: 2025-08-11", "ACME"):
        assert fact in text
    assert "Some days are provisional" in text
    assert "SYNTHETIC" not in text
    assert f"pd_optstat {po.__version__}" in text


def test_numbers_are_those_of_the_methods(text):
    df, close = frame(), closes()
    grid = {**QUICK["grid"], "horizons": QUICK["horizons"]}
    found = po.walk_forward(df, close, grid, n_splits=2, progress=False).summary()
    assert f"Rules without merit show one this high with a probability of {100 * found['p_value']:.0f} %." in text
    assert f"Trades {found['trades']:.0f} Turnover" in text
    sweep = po.sweep(df, close, grid, resamples=400, progress=False)
    assert f"{(sweep['p_value'] < 0.05).sum()} have a p-value below 5 % by themselves" in text
    row = df.optstat.quantiles(close, horizons=(1, 5), window=60, resamples=400).iloc[0]
    assert f"{100 * row['mean']:+.2f} %".replace("-", "−") in text
    ratio = df.optstat.put_call_ratio.iloc[-1]
    assert f"the put/call ratio was {ratio:.3f}: at least as high as on" in text
    events = df.optstat.events(60)
    for side, name in ((1, "Fear (+1)"), (-1, "Greed (−1)")):
        own = events[events["side"] == side]
        assert f"{name} {len(own)} {own['length'].sum()} {own['length'].median():.1f} {own['length'].max()}" in text


def test_needs_nothing_from_elsewhere(page):
    found = Page(page)
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(found.elements)
    assert not [one for one in found.attributes if one[1].startswith("on")]
    links = [value for _, name, value in found.attributes if name in ("href", "xlink:href", "src")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not re.search(r"url\((?!#)|@import", page)
    assert "default-src 'none'" in page


def test_ids_are_unique_and_found(page):
    found = Page(page)
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {v[1:] for _, n, v in found.attributes if n in ("href", "xlink:href")} | set(
        re.findall(r"url\(#(.*?)\)", page)
    )
    assert targets <= set(ids)


EVIL = '<script>alert("1")</script><img src=x onerror=alert(2)>&\'"$x_1^2$\x1b[31m{{7*7}}</title></style>'


def test_no_name_becomes_markup(tmp_path):
    df = frame(market=None, source=EVIL, product=EVIL, endpoint=EVIL, pin=EVIL, resampled=None, observed_at=EVIL)
    df.attrs["optstat"] |= {"as_of": EVIL, "version": EVIL, "missing": [EVIL], "digest": EVIL}
    page = df.optstat.report(closes(name=EVIL), path=None, title=EVIL, **QUICK)
    found = Page(page)
    assert not {"script", "img"} & set(found.elements)
    assert not [one for one in found.attributes if one[1].startswith("on")]
    assert found.elements.count("title") == 1
    plain = Page(frame().optstat.report(closes(), path=None, **QUICK))
    assert set(found.elements) == set(plain.elements)
    assert found.elements.count("style") == plain.elements.count("style")
    assert "{{7*7}}" in html.unescape(page)
    assert "\x1b" not in page


def test_without_prices_it_says_what_is_left_out():
    page = frame().optstat.report(path=None, lookback=60)
    text = Page(page).text
    assert re.findall(r"<h2>\d+\. (.*?)</h2>", page) == [
        "Data", "The ratio and its extremes", "Seasonality", "Caveats", "Reproduction",
    ]  # fmt: skip
    assert "No prices were given, so this report says nothing about returns." in text
    assert "Sharpe" not in text


def test_synthetic_data_are_marked_everywhere():
    df = po.load("US_SECURITY", "VOLUME", "2026-01-01", "2026-06-12", source="simulator:", cache=False)
    page = df.optstat.report(path=None)
    assert "<title>Put/call ratio of US_SECURITY VOLUME (SYNTHETIC)</title>" in page
    assert "SYNTHETIC DATA. The counts below were generated by a program." in page
    assert "synthetic data" in page[page.index("<svg") : page.index("</svg>")]
    assert "The counts are synthetic." in page


@pytest.mark.parametrize("code", ["US.AAPL", po.Underlying("HK", "800000", index_option_type="SMALL")], ids=str)
def test_single_underlyings_have_a_report(code):
    df = po.load(code, "VOLUME", "2025-01-02", "2026-06-12", source="simulator:", cache=False)
    page = df.optstat.report(path=None)
    source = html.unescape(re.search(r"<code>(.*?)</code>", page, re.DOTALL)[1])
    loaded = {}
    exec(compile(source.partition("df.optstat.report")[0], "report", "exec"), loaded)  # with its check of the digest
    pd.testing.assert_frame_equal(loaded["df"], df)
    assert "The rows were selected or changed" not in source


def test_short_series_leave_sections_out_with_their_reason():
    text = Page(frame(30).optstat.report(closes(40), path=None, resamples=2000)).text
    assert "Left out: No day with prices has a percentile for the rule" in text
    assert "too few days before it to say whether that is extreme" in text
    empty = Page(frame(0).optstat.report(path=None)).text
    assert "The last day has no put/call ratio." in empty


def test_series_of_ratios_have_a_report():
    df = frame()
    ratios = pd.DataFrame({"ratio": df["put_value"] / df["call_value"]})
    ratios.attrs["optstat"] = df.attrs["optstat"]
    page = ratios.optstat.report(closes(), path=None, **QUICK)
    assert "none: the frame has ratios only" in page
    assert "The put/call ratio; extreme days in the strip on top." in page


def test_users_styles_change_nothing(page):
    with mpl.rc_context({"axes.facecolor": "black", "font.size": 30, "svg.fonttype": "path", "lines.linewidth": 9}):
        assert frame().optstat.report(closes(), path=None, **QUICK) == page


@pytest.mark.slow
def test_the_same_bytes_in_other_processes(page):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_report as t; "
        "sys.stdout.buffer.write(t.frame().optstat.report(t.closes(), path=None, **t.QUICK).encode())"
    )
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent)], env=env, capture_output=True, check=True
        )
        assert done.stdout.decode() == page


@pytest.mark.slow
def test_its_own_code_makes_it_again(tmp_path, monkeypatch):
    """The code on the page loads from the pin, checks the digest, and writes the same bytes."""
    monkeypatch.chdir(tmp_path)
    close = closes()
    for mode in ("record", "replay"):
        with po.pin("study.optstat", mode=mode):
            df = po.load("US_SECURITY", "VOLUME", "2024-01-02", "2025-08-15", source="simulator:", cache=False)
            assert df.optstat.report(close, "note.html", seed=3, **QUICK) == Path("note.html")
    first = Path("note.html").read_bytes()
    Path("note.html").unlink()
    code = html.unescape(re.search(r"<code>(.*?)</code>", first.decode(), re.DOTALL)[1])
    assert "po.pin('study.optstat')" in code
    assert df.attrs["optstat"]["pin"] in first.decode()
    assert df.optstat.digest() in code
    # In a process of its own, as a bare po.pin() stays active.
    tests = str(Path(__file__).parent)
    begin = f"import sys; sys.path.insert(0, {tests!r}); from test_report import closes; close = closes()"
    subprocess.run([sys.executable, "-c", f"{begin}\n{code}"], check=True)
    assert Path("note.html").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"path": "no/such/folder/report.html"}, "must be a file, in a folder that exists"),
        ({"path": "."}, "must be a file"),
        ({"path": 3}, "path=3 is not a valid path"),
        ({"title": 3}, "title=3 must be a text"),
        ({"horizons": ()}, r"horizons=\(\) must be different"),
        ({"n_splits": 0}, "n_splits=0 must be"),
        ({"cost_bps": -1}, "cost_bps=-1 must be"),
        ({"seed": -1}, "seed=-1 must be"),
        ({"lower": 2}, "lower=2"),
        ({"data_type": "PRICE"}, "data_type"),
        ({"prices": [1, 2]}, "prices=list must be a Series"),
    ],
)
def test_invalid_arguments(arguments, message):
    with pytest.raises(po.InvalidRequest, match=message):
        frame(80).optstat.report(**{"path": None} | arguments)


def test_a_panel_is_refused():
    panel = po.load_panel(["US_SECURITY"], start="2026-06-01", end="2026-06-12", source="simulator:", cache=False)
    with pytest.raises(po.InvalidRequest, match="A report is about one series"):
        panel.optstat.report(path=None)


# -- Command line ---------------------------------------------------------------------------------------------------


def test_command(tmp_path, capsys):
    prices, out = tmp_path / "acme.csv", tmp_path / "note.html"
    closes().rename("Close").to_frame().assign(Volume=1).to_csv(prices)
    words = ["report", "US_SECURITY", "VOLUME", "2025-01-02", "2025-08-15", "--source", "simulator:", "--no-cache"]
    assert main([*words, "--prices", str(prices), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"saved as {out}\n"
    assert "SYNTHETIC" in said.err
    assert "returns of acme Close" in out.read_text(encoding="utf-8")
    assert main([*words, "--prices", str(prices), "--column", "Adj", "--out", str(out)]) == 1
    assert "has no column 'Adj', only 'Close', 'Volume'. Choose one with --column." in capsys.readouterr().err
    assert main([*words, "--prices", str(tmp_path / "none.csv"), "--out", str(out)]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert main([*words, "--column", "Close", "--out", str(out)]) == 1
    assert "--column Close needs --prices FILE" in capsys.readouterr().err
    assert main([*words, "--out", str(tmp_path / "no" / "note.html")]) == 1
    assert "in a folder that exists" in capsys.readouterr().err
