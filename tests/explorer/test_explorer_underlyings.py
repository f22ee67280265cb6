"""The explorer on single underlyings: codes as markets, their prices, and what it saves and copies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.explorers import Page, opened

import pd_optstat as po
from pd_optstat.explorer.data import latest_today
from pd_optstat.explorer.refresh_times import next_refresh
from pd_optstat.explorer.state import CODES, View, change_view, make_view

RANGE = ("2026-01-02", "2026-06-12")
OPTIONS: dict[str, Any] = {"source": "simulator:", "cache": False, "progress": False}


def prices(series: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(series["price"], dtype="<f8")


def test_an_underlying_is_shown_with_its_price() -> None:
    explorer = opened("us.aapl", lookback=20)
    assert explorer.error == ""
    assert explorer.markets == ["US.AAPL"]
    assert repr(explorer).startswith("<Explorer of US.AAPL VOLUME, ")
    assert explorer.status.startswith("SYNTHETIC")
    (series,) = explorer.content["series"]
    assert series["priceName"] == "Price of US.AAPL"
    np.testing.assert_array_equal(prices(series), explorer.frame["underlying_price"])


def test_markets_and_codes_together() -> None:
    explorer = opened("US_SECURITY", "US.AAPL", "HK.00700", lookback=20)
    assert explorer.error == ""
    found = {one["title"]: "price" in one for one in explorer.content["series"]}
    assert found == {"US_SECURITY VOLUME": False, "US.AAPL VOLUME": True, "HK.00700 VOLUME": True}


def test_prices_that_are_given_come_first() -> None:
    close = pd.Series(np.linspace(1, 2, 300), pd.bdate_range("2025-06-02", periods=300), name="close")
    explorer = opened("US.AAPL", lookback=20, prices=close)
    assert explorer.content["series"][0]["priceName"] == "close"
    columns = pd.DataFrame({"US.AAPL": close, "US_SECURITY": close * 2})
    explorer = opened("US_SECURITY", "US.AAPL", "HK.00700", lookback=20, prices=columns)
    names = [one["priceName"] for one in explorer.content["series"] if "price" in one]
    assert names == ["Price", "Price", "Price of HK.00700"]


def test_a_code_typed_in_the_page_is_loaded_or_refused() -> None:
    explorer = opened(lookback=20)
    explorer.markets = ["US_SECURITY", "us.msft"]
    explorer.wait(60)
    assert explorer.error == ""
    assert explorer.markets == ["US_SECURITY", "US.MSFT"]
    assert "US.MSFT VOLUME" in repr(explorer)
    for bad, said in (("MSFT", "Did you mean US.MSFT"), ("US.", "not a code"), ("US INDEX", "US_INDEX")):
        explorer.markets = ["US_SECURITY", bad]
        assert explorer.error.startswith("InvalidRequest: ")
        assert said in explorer.error
        assert explorer.markets == ["US_SECURITY", "US.MSFT"]
    explorer.markets = ["US_SECURITY", "US.QQQQQ"]
    explorer.wait(60)
    assert "US.QQQQQ" in explorer.error
    assert explorer.markets == ["US_SECURITY", "US.MSFT"]


def test_the_code_reproduces_the_view() -> None:
    explorer = opened("US.AAPL", lookback=20)
    space: dict[str, Any] = {}
    exec(explorer.code(), space)
    pd.testing.assert_frame_equal(space["df"], explorer.frame)
    assert explorer.frame.attrs["optstat"]["digest"] in explorer.code()
    assert "po.load('US.AAPL', 'VOLUME'" in explorer.code()
    assert 'df.optstat.plot("price", lookback=20' in explorer.code()
    assert 'plot("price"' not in opened("US_SECURITY", lookback=20).code()


def test_files_have_the_price(tmp_path: Any) -> None:
    explorer = opened("US.AAPL", lookback=20)
    table = pd.read_csv(explorer.save(folder=tmp_path), index_col="time")
    assert set(table["market"]) == {"US.AAPL"}
    assert table["underlying_price"].notna().all()
    assert explorer.save(kind="PNG", folder=tmp_path).stat().st_size > 10_000
    page = explorer.to_html()
    assert "Price of US.AAPL" in page


def test_frames_and_panels_of_underlyings() -> None:
    frame = po.load("HK.00700", "OPEN_INTEREST", *RANGE, **OPTIONS)
    explorer = frame.optstat.explore(lookback=20)
    assert "price" in explorer.content["series"][0]
    assert "not exactly the rows" not in explorer.status
    assert frame.optstat.digest() in explorer.code()
    changed = frame.assign(underlying_price=frame["underlying_price"] + 1).optstat.explore(lookback=20)
    assert "not exactly the rows" in changed.status
    panel = po.load_panel(["US.AAPL", "US_INDEX"], "VOLUME", *RANGE, **OPTIONS)
    found = panel.optstat.explore(lookback=20).content["series"]
    assert ["price" in one for one in found] == [True, False]


def test_refreshing_requests_what_is_provisional() -> None:
    explorer = opened("US.AAPL", lookback=20)
    assert "refused" not in Page(explorer).ask("refresh")
    assert explorer.error == ""
    assert "price" in explorer.content["series"][0]


def test_the_exchange_is_that_of_the_code() -> None:
    now = datetime(2026, 6, 12, 20, 0, tzinfo=UTC)
    assert latest_today(View(markets=("US.AAPL",)), now).isoformat() == "2026-06-12"
    assert latest_today(View(markets=("US.AAPL", "HK.00700")), now).isoformat() == "2026-06-13"
    assert next_refresh(["US.AAPL"], now.timestamp()) == next_refresh(["US_SECURITY"], now.timestamp())


def test_all_codes_offered_are_valid() -> None:
    assert make_view(CODES, "VOLUME", None, None).markets == CODES
    assert change_view(View(), markets=("us.aapl", "US.AAPL")).markets == ("US.AAPL",)


@pytest.mark.parametrize("codes", [["AAPL"], ["US.AAPL", ""], ["SH.600000"]])
def test_what_is_no_code_is_refused_at_once(codes: list[str]) -> None:
    with pytest.raises(po.InvalidRequest):
        opened(*codes)


def test_pictures_of_markets_and_underlyings_have_prices_of_the_latter(tmp_path) -> None:
    explorer = opened("US.AAPL", lookback=20)
    explorer.markets = ["US_SECURITY", "US.AAPL"]
    explorer.wait(60)
    assert not explorer.error
    assert explorer.save(kind="PNG", folder=tmp_path).stat().st_size > 10_000
    assert 'df.optstat.plot("price"' in explorer.code()
