"""What must be true after a cell of a notebook, by notebook and cell: code that tests run, and readers do not see."""

from __future__ import annotations

CHECKS: dict[str, dict[str, str]] = {
    "quickstart": {
        "load": 'assert (df["total_value"] == df["call_value"] + df["put_value"]).all()',
        "attrs": """
assert about["provisional"] == about["missing"] == []
assert about["digest"] == df.optstat.digest()
""",
        "again": """
assert again.equals(df)
assert requests == {"again": 0, "longer": 2}
""",
        "offline": 'assert offline.equals(longer.loc["2023-06-01":"2026-05-29"])',
        "metrics": "assert len(metrics) == len(df) == 2515",
        "extremes": "assert set(extremes.dropna().unique()) == {-1, 0, 1}",
        "panel": "assert calls.isna().any().all()",
        "magic": 'assert df.attrs["optstat"]["data_type"] == "OPEN_INTEREST"',
    },
    "explorer": {
        "status": """
assert explorer.error == ""
assert "SYNTHETIC" in explorer.status
assert explorer.frame.index[0] < pd.Timestamp("2025-06-13")
""",
        "controls": """
assert (explorer.view.window, explorer.view.metric) == (21, "percentile")
assert explorer.frame.attrs["optstat"] == about  # nothing was loaded
""",
        "wrong": """
assert explorer.start == "2025-06-13"
assert explorer.error == ""
""",
        "two": """
assert both.view.keys == (("US_SECURITY", "VOLUME"), ("HK_SECURITY", "VOLUME"))
assert both.error == ""
""",
        "frame": 'assert mine.error == ""',
        "save": """
assert kept["source"].str.startswith("simulator").all()
assert Path(saved).stem.endswith("-synthetic")
""",
        "again": """
metrics = pasted["metrics"]
assert len(metrics.loc["2025-06-13":"2026-06-12"]) == len(metrics) == len(kept)
assert pasted["df"].optstat.digest() == about["digest"]
""",
    },
    "underlyings": {
        "many": "assert loaded['error'].isna().all() and loaded['requests'].sum() == 30",
        "one": "assert spy.attrs['optstat']['requests'] == 0",
        "export": "assert done['written'].all() and len(done) == 40 and not again['written'].any()",
        "duckdb": "assert len(rows) == len(names)",
        "cluster": """
assert sorted(table.index) == sorted(names)
direct = po.load("US.SPY", "VOLUME", *span).optstat.metrics().iloc[-1]
assert (table.loc["US.SPY"] == direct[table.columns]).all()
""",
    },
    "cboe": {
        "counts": 'assert "SYNTHETIC" in repr(df.optstat)',
        "sweep": 'assert (swept["p_romano_wolf"] >= swept["p_value"] - 1e-9).all()',
        "walk": "assert len(found.rules) == 72",
        "report": 'assert "SYNTHETIC DATA" in page',
    },
    "extremes": {
        "pin": """
about = df.attrs["optstat"]
assert (about["synthetic"], about["requests"]) == (True, 0)
digest = "sha256:9ecd4e52990abb3ae2900355b28981667b8d6db1348060a47cc2e2036f17ffa6"
assert about["digest"] == df.optstat.digest() == digest
""",
        "cut": """
pd.testing.assert_frame_equal(entries.loc[complete.index], complete)
assert top_tenth.nunique() == 2
""",
        "numbers": """
for name, value in expected.items():
    assert abs(measured[name] - value) < 5e-6, (name, measured[name])
assert tables["nothing"].loc[(1, 5), "p_value"] > 0.5
assert tables["planted"].loc[(1, 5), "p_value"] < 0.01
assert tries.loc["p < 0.05, adjusted", "nothing"] == 0
assert tries.loc["p < 0.05, adjusted", "planted"] >= 20
""",
    },
    "from_the_sdk": {
        "page": "assert (ret, key) == (futu.RET_OK, None)",
        "load": """
pd.testing.assert_frame_equal(theirs, ours, check_exact=True)
assert again.equals(ours)
assert again_requests == 0
assert longer_requests < load_requests == ours.attrs["optstat"]["requests"] <= loop_requests
""",
        "context": """
pd.testing.assert_frame_equal(through, ours)
assert context.status == "READY"
assert cached.attrs["optstat"]["requests"] == 0
""",
        "raw": """
assert ratio.index.is_monotonic_increasing
assert pd.isna(ratio.iloc[-1])
""",
        "errors": """
assert ret == futu.RET_ERROR
assert isinstance(message, str)
""",
    },
    "real_opend": {
        "stand-in": 'assert simulated.attrs["optstat"]["synthetic"]',
        "doors": """
pd.testing.assert_frame_equal(frame, simulated)
assert len({row["digest"] for row in results.values()}) == 1
""",
        "sdk": "pd.testing.assert_frame_equal(by_sdk, simulated)",
    },
}
#: Errors that the output of a cell must name, in this order.
ERRORS: dict[str, dict[str, list[str]]] = {
    "quickstart": {"errors": ["InvalidRequest", "OfflineMiss", "ConnectionFailed"]},
    "real_opend": {
        "errors": ["ConnectionFailed"] * 3 + ["RequestRejected", "ConnectionFailed"],
        "faults": ["ConnectionFailed", "ConnectionFailed", "RequestRejected", "RateLimited", "InvalidData"],
    },
}
