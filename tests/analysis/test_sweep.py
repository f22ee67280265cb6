"""`po.sweep`: its rows equal those of `forward` wherever they are computed; its p-values are adjusted correctly."""

from __future__ import annotations

import importlib
import itertools
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from support.quick import slow

import pd_optstat as po
from pd_optstat.analysis import sweep

#: So few resamples are too few for 64 tests, as a warning says. These tests are about other things.
pytestmark = pytest.mark.filterwarnings("ignore::pd_optstat.errors.ResampleWarning")

SHORT = {"resamples": 60, "seed": 5, "progress": False}
GRID = {"windows": [1, 5], "lookbacks": [20, "60D"], "thresholds": [0.2, (0.1, 0.8)], "horizons": [1, 5]}
LABELS = ["series", "window", "lookback", "lower", "upper", "lag", "side", "horizon"]


def frame(n=200, seed=0, **info):
    rng = np.random.default_rng(seed)
    calls, puts = rng.integers(500, 1500, (2, n))
    index = pd.bdate_range("2025-01-02", periods=n, name="time").as_unit(po.sample().index.unit)
    df = pd.DataFrame({"call_value": calls, "put_value": puts}, index)
    df.attrs["optstat"] = {"market": "US_SECURITY", "data_type": "VOLUME", "source": "opend://x", **info}
    return df


def closes(n=230, seed=1):
    rng = np.random.default_rng(seed)
    return pd.Series(100 * np.exp(np.cumsum(rng.normal(0, 0.01, n))), pd.bdate_range("2025-01-02", periods=n))


FRAMES = {"volume": frame(), "interest": frame(seed=2, data_type="OPEN_INTEREST")}
PRICES = {"volume": closes(), "interest": closes(seed=3), "other": closes()}


@pytest.fixture(scope="module")
def table():
    return po.sweep(FRAMES, PRICES, GRID, **SHORT)


def same(left, right):
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert left.attrs == right.attrs


def test_a_row_per_series_cell_side_and_horizon(table):
    assert table.columns.tolist()[:8] == LABELS
    assert table.columns.tolist()[-4:] == ["p_value", "p_adjusted", "p_romano_wolf", "block"]
    levels = [["volume", "interest"], [1, 5], [20, "60D"], [(0.2, 0.8), (0.1, 0.8)], [1, -1], [1, 5]]
    expected = [(a, b, c, *d, {"volume": 1, "interest": 2}[a], e, f) for a, b, c, d, e, f in itertools.product(*levels)]
    assert list(table[LABELS].itertuples(index=False, name=None)) == expected
    assert (table["count"] > 0).all()
    assert table["p_value"].notna().all()


def test_every_row_equals_that_of_forward(table):
    for row in table.to_dict("records"):
        rule = {"smooth": row["window"], "window": row["lookback"], "lower": row["lower"], "upper": row["upper"]}
        single = FRAMES[row["series"]].optstat.forward(
            PRICES[row["series"]], row["horizon"], row["lag"], **rule, resamples=60, seed=5
        )
        for name, value in single.loc[(row["side"], row["horizon"])].items():
            assert row[name] == value, name


@pytest.mark.parametrize(("fdr", "theirs"), [("bh", "fdr_bh"), ("by", "fdr_by")])
def test_p_values_are_adjusted_as_statsmodels_does(table, fdr, theirs):
    result = table if fdr == "bh" else po.sweep(FRAMES, PRICES, GRID, **SHORT, fdr=fdr)
    expected = multipletests(result["p_value"], method=theirs)[1]
    np.testing.assert_allclose(result["p_adjusted"], expected, rtol=1e-12)
    assert (result["p_adjusted"] >= result["p_value"]).all()
    assert result.attrs["optstat"]["fdr"] == fdr


def test_p_values_against_a_loop(table):
    p_values = table["p_value"].tolist()
    ranked = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, row in enumerate(ranked):
        least = min(p_values[other] * len(p_values) / (r + 1) for r, other in list(enumerate(ranked))[rank:])
        assert table["p_adjusted"].iloc[row] == pytest.approx(min(1.0, least), rel=1e-12)


def test_rows_without_a_p_value_are_left_out():
    result = po.sweep(frame(), closes(), {"lookbacks": [20, 199], "thresholds": [(0.001, 0.9)]}, **SHORT)
    known = result["p_value"].notna()
    assert 0 < known.sum() < len(result)
    np.testing.assert_allclose(
        result.loc[known, "p_adjusted"], multipletests(result.loc[known, "p_value"], method="fdr_bh")[1], rtol=1e-12
    )
    assert result.loc[~known, "p_adjusted"].isna().all()
    assert po.sweep(frame(), closes(), {}, resamples=0)["p_adjusted"].isna().all()


def test_neither_order_nor_other_cells_matter(table):
    turned = {key: list(reversed(values)) for key, values in reversed(GRID.items())}
    frames = dict(reversed(FRAMES.items()))
    result = po.sweep(frames, PRICES, turned, **SHORT)
    columns = table.columns.drop(["p_adjusted", "p_romano_wolf"])
    key = [name for name in LABELS if name != "lookback"]
    for lookback in GRID["lookbacks"]:
        left, right = (part[part["lookback"] == lookback].sort_values(key) for part in (table, result))
        pd.testing.assert_frame_equal(*(p[columns].reset_index(drop=True) for p in (left, right)), check_exact=True)
    few = po.sweep(FRAMES["volume"], PRICES["volume"], {"windows": [5], "horizons": [5]}, **SHORT)
    many = po.sweep(FRAMES["volume"], PRICES["volume"], {"windows": [2, 5], "horizons": [2, 5, 9]}, **SHORT)
    many = many[(many["window"] == 5) & (many["horizon"] == 5)].reset_index(drop=True)
    pd.testing.assert_frame_equal(few[columns], many[columns], check_exact=True)
    other = po.sweep(FRAMES, PRICES, GRID, **SHORT | {"seed": 6})
    assert not other["ci_low"].equals(table["ci_low"])
    assert other["mean"].equals(table["mean"])


@pytest.mark.parametrize("backend", ["threading", slow("loky"), slow("multiprocessing")])
def test_the_same_on_all_cores(table, backend):
    seen = []
    with joblib.parallel_config(backend, n_jobs=2):
        result = po.sweep(FRAMES, PRICES, GRID, **SHORT | {"progress": lambda done, total: seen.append((done, total))})
    same(result, table)
    assert seen == [(done, 16) for done in range(17)]


@pytest.mark.clusters
def test_the_same_on_a_dask_cluster_of_processes(table):
    distributed = importlib.import_module("distributed")
    seen = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config("dask"),
    ):
        result = po.sweep(FRAMES, PRICES, GRID, **SHORT | {"progress": lambda done, total: seen.append((done, total))})
        used = client.run(lambda: "pd_optstat.analysis.sweep" in sys.modules)
    same(result, table)
    assert len(used) == 2
    assert all(used.values())  # both processes did some of it
    assert seen == [(done, 16) for done in range(17)]


@pytest.mark.clusters
def test_the_same_on_ray(table):
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    register_ray()
    try:
        ray.init(num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1", log_to_driver=False)
    except Exception as error:  # Ray raises bare exceptions
        pytest.skip(f"Ray does not start on this machine: {error}")
    try:
        with joblib.parallel_config("ray", n_jobs=2):
            result = po.sweep(FRAMES, PRICES, GRID, **SHORT)
    finally:
        ray.shutdown()
    same(result, table)


def test_the_progress_bar(capsys, monkeypatch):
    monkeypatch.setattr("pd_optstat._util.progress.DELAY_SECONDS", 0)
    grid = {"windows": [1, 2]}
    po.sweep(frame(), closes(), grid, resamples=0, progress=False)
    assert "sweep" not in capsys.readouterr().err
    for progress in (True, None):
        po.sweep(frame(), closes(), grid, resamples=0, progress=progress)
        shown = capsys.readouterr().err
        assert "sweep:" in shown
        assert "/2 [" in shown
        assert "cell/s" in shown


def test_panels_and_one_price_for_all():
    keys = [("US_SECURITY", "VOLUME"), ("US_SECURITY", "OPEN_INTEREST")]
    panel = pd.concat(list(FRAMES.values()), axis=1, keys=keys, names=["market", "data_type", "field"])
    result = po.sweep(panel, closes(), {"lookbacks": [20]}, **SHORT)
    assert result["series"].unique().tolist() == ["US_SECURITY VOLUME", "US_SECURITY OPEN_INTEREST"]
    assert result.groupby("series")["lag"].unique().map(list).to_dict() == {
        "US_SECURITY VOLUME": [1],
        "US_SECURITY OPEN_INTEREST": [2],
    }
    one = po.sweep(FRAMES["volume"], closes(), {"lookbacks": [20]}, **SHORT)
    adjusted = ["p_adjusted", "p_romano_wolf"]
    pd.testing.assert_frame_equal(result.iloc[:6].drop(columns=adjusted), one.drop(columns=adjusted))


def test_singular_keys_defaults_and_lags():
    left = po.sweep(frame(), closes(), {"lag": [1, 3], "threshold": [0.9], "horizon": (5,)}, resamples=0)
    right = po.sweep(frame(), closes(), {"lags": [None, 3], "thresholds": [(0.1, 0.9)], "horizons": [5]}, resamples=0)
    pd.testing.assert_frame_equal(left, right)
    assert left["lag"].tolist() == [1, 1, 3, 3]


def test_values_of_every_kind():
    """Labels of arrays and spans of time are plain values, with which `forward` gives the row again."""
    spans = [pd.Timedelta("60D"), pd.offsets.Day(90), np.int64(20)]
    grid = {"lookbacks": spans, "windows": range(1, 3), "thresholds": np.array([[0.1, 0.9], [0.2, 0.8]])}
    result = po.sweep(frame(), closes(), grid | {"horizons": np.array([1, 10**20])}, resamples=3, progress=False)
    assert len(result) == 3 * 2 * 2 * 2 * 2
    assert result["lookback"].unique().tolist() == ["5184000s", "7776000s", 20]
    assert (result.loc[result["horizon"] > 1, "count"] == 0).all()
    for row in result[result["horizon"] == 1].to_dict("records"):
        rule = {"smooth": row["window"], "window": row["lookback"], "lower": row["lower"], "upper": row["upper"]}
        single = frame().optstat.forward(closes(), 1, row["lag"], **rule, resamples=3)
        assert single.loc[(row["side"], 1), "mean"] == row["mean"]
        assert single.loc[(row["side"], 1), "p_value"] == row["p_value"]


def test_attributes_name_the_sources():
    made = {"synthetic": True, "source": "simulator:", "digest": "sha256:0"}
    result = po.sweep({"a": frame(**made)}, closes(), {}, resamples=0, seed=3)
    about = result.attrs["optstat"]
    assert about["synthetic"] is True
    assert about["series"] == {"a": {"market": "US_SECURITY", "data_type": "VOLUME", **made}}
    assert (about["seed"], about["resamples"], about["version"]) == (3, 0, po.__version__)
    with pytest.raises(po.InvalidRequest, match="real and synthetic"):
        po.sweep({"a": frame(**made), "b": frame(synthetic=False)}, closes(), {})


def test_synthetic_series_are_recognised_without_attributes():
    made = po.load("US_SECURITY", "VOLUME", "2025-06-12", "2026-06-12", source="simulator:", cache=False)
    bare = pd.DataFrame({name: made[name].array for name in ("call_value", "put_value")}, made.index)
    close = pd.Series(np.arange(1.0, len(bare) + 1), bare.index)
    grid = {"lags": [1], "lookbacks": [20], "horizons": [1]}
    about = po.sweep({"a": bare}, close, grid, resamples=0).attrs["optstat"]
    assert about["synthetic"] is True
    assert about["series"] == {"a": {"synthetic": True}}
    odd = bare + 1
    assert po.sweep({"a": odd}, close, grid, resamples=0).attrs["optstat"]["synthetic"] is False
    with pytest.raises(po.InvalidRequest, match="real and synthetic numbers: 'a' is synthetic"):
        po.sweep({"a": bare, "b": odd}, close, grid, resamples=0)


def test_inputs_are_unchanged(table):
    for name, df in {"volume": frame(), "interest": frame(seed=2, data_type="OPEN_INTEREST")}.items():
        pd.testing.assert_frame_equal(FRAMES[name], df)
        assert FRAMES[name].attrs == df.attrs


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ([1], "grid=list"),
        ({"window": [1], "windows": [2]}, "'windows'.*may be there once"),
        ({"lookbak": [20]}, "'lookbak'.*windows, lookbacks, thresholds, horizons, lags"),
        ({"lookbacks": 20}, "must be a list"),
        ({"lookbacks": "20"}, "must be a list"),
        ({"lookbacks": []}, "is empty"),
        ({"lookbacks": [20, 0]}, "^lookbacks=0"),
        ({"lookbacks": [20, "soon"]}, "^lookbacks='soon'"),
        ({"windows": [1, 2.5]}, "^windows=2.5"),
        ({"windows": ["5D"]}, "^windows='5D'"),
        ({"thresholds": [(0.9, 0.1)]}, "lower must be below upper"),
        ({"thresholds": [(0.1, 0.5, 0.9)]}, "must be a pair"),
        ({"thresholds": [0.5]}, "lower must be below upper"),
        ({"thresholds": [2]}, "thresholds=2"),
        ({"horizons": [0]}, "horizons=0"),
        ({"horizons": [1, 1]}, "different numbers"),
        ({"lags": [0]}, "lag=0"),
        ({"lags": ["1"]}, "lag='1'"),
        ({"lags": [1, None]}, "holds this twice"),
        ({"thresholds": [0.1, (0.1, 0.9)]}, "holds this twice"),
        ({"windows": [1, 1]}, "holds this twice"),
    ],
)
def test_a_bad_grid_is_refused_before_any_work(grid, words, monkeypatch):
    monkeypatch.setattr(sweep, "_run", lambda *_: pytest.fail("it began to work"))
    with pytest.raises(po.InvalidRequest, match=words):
        po.sweep(frame(), closes(), grid)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"frames": {}}, po.InvalidRequest, "frames is empty"),
        ({"frames": [frame()]}, po.InvalidRequest, "frames=list"),
        ({"frames": {"a": 3}}, po.InvalidRequest, "frames=dict"),
        ({"frames": pd.DataFrame({"a": [1]})}, po.InvalidData, "call_value"),
        ({"prices": {"b": closes()}}, po.InvalidRequest, "no prices for 'US_SECURITY VOLUME', only for 'b'"),
        ({"prices": -closes()}, po.InvalidData, "not above 0"),
        ({"prices": {"US_SECURITY VOLUME": -closes()}}, po.InvalidData, r"prices\['US_SECURITY VOLUME'\]: not above"),
        ({"prices": closes().shift(freq="2000D")}, po.InvalidData, "no time in common"),
        ({"fdr": "bonferroni"}, po.InvalidRequest, "fdr='bonferroni'"),
        ({"each": "week"}, po.InvalidRequest, "each='week'"),
        ({"gap": -1}, po.InvalidRequest, "gap=-1"),
        ({"seed": "1"}, po.InvalidRequest, "seed='1'"),
        ({"level": 0}, po.InvalidRequest, "level=0"),
        ({"progress": 3}, po.InvalidRequest, "progress=3"),
    ],
)
def test_other_bad_arguments_are_refused_before_any_work(change, kind, words, monkeypatch):
    monkeypatch.setattr(sweep, "_run", lambda *_: pytest.fail("it began to work"))
    with pytest.raises(kind, match=words):
        po.sweep(**{"frames": frame(), "prices": closes(), "grid": {}} | change)


def test_a_frame_of_unknown_type_needs_a_lag():
    df = frame()
    df.attrs.clear()
    with pytest.raises(po.InvalidRequest, match=r"frame 'series' do not say.*'lags': \[1\]"):
        po.sweep(df, closes(), {})
    assert po.sweep(df, closes(), {"lags": [1]}, resamples=0)["series"].unique().tolist() == ["series"]


@pytest.mark.parametrize("name", ["joblib", "arch", "scipy"])
def test_missing_packages_are_named_before_any_work(name, monkeypatch):
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(sweep, "_evaluate", lambda *_: pytest.fail("it began to work"))
    with pytest.raises(po.InvalidRequest, match=rf"{name}: pip install 'pd-optstat\[research\]'"):
        po.sweep(frame(), closes(), {})


@pytest.mark.parametrize("n", [0, 1])
def test_small_frames(n):
    result = po.sweep(frame(n), closes(), {}, resamples=5)
    assert result["count"].tolist() == [0] * 6
    assert result["p_adjusted"].isna().all()
