"""What was probably meant, in the errors of arguments that are not valid."""

from __future__ import annotations

import pytest

import pd_optstat as po


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("US_STOCKS",), "Did you mean US_SECURITY?"),
        (("hk stocks",), "Did you mean HK_SECURITY?"),
        (("US indices",), "Did you mean US_INDEX?"),
        (("us",), "Did you mean US_SECURITY or US_INDEX?"),
        (("US_SECURTY",), "Did you mean US_SECURITY?"),
        (("AAPL",), "Did you mean US.AAPL?"),
        (("SPX",), "Did you mean US..SPX?"),
        (("BRK.B",), "Did you mean US.BRK.B?"),
        (("0700.HK",), "Did you mean HK.00700?"),
        (("HK.700",), "Did you mean HK.00700?"),
        ((["US_SECURITY", "HK_INDEX"],), "po.load_panel(markets, data_types, start, end)"),
        (("US_SECURITY", "oi"), "Did you mean OPEN_INTEREST?"),
        (("US_SECURITY", "open interest"), "Did you mean OPEN_INTEREST?"),
        (("US_SECURITY", "Vol"), "Did you mean VOLUME?"),
        (("US_SECURITY", ("VOLUME", "OPEN_INTEREST")), "po.load_panel(markets, data_types, start, end)"),
        (("US_SECURITY", "2020-01-01"), "Dates come after the data type: 'VOLUME', '2020-01-01'"),
    ],
)
def test_series(arguments, meant):
    with pytest.raises(po.InvalidRequest) as error:
        po.load(*arguments, source="simulator:")
    assert meant in str(error.value)


@pytest.mark.parametrize("market", ["", "nonsense words", "A" * 1000, 5, None, 1.5, b"US", "\x1b[31mUS"])
def test_what_means_nothing_has_no_hint(market):
    with pytest.raises(po.InvalidRequest) as error:
        po.load(market, source="simulator:")
    text = str(error.value)
    assert "Did you mean" not in text
    assert "Valid: US_SECURITY (1)" in text
    assert text.isprintable()
    assert len(text) < 400


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("simulator", "Did you mean simulator:?"),
        ("localhost:11111", "Did you mean opend://localhost:11111?"),
        ("127.0.0.1", "Did you mean opend://127.0.0.1:11111?"),
        ("tcp://10.0.0.3:2222", "Did you mean opend://10.0.0.3:2222?"),
        ("[::1]:33", "Did you mean opend://[::1]:33?"),
        ("moomoo", "Did you mean opend://127.0.0.1:11111?"),
        ("study.optstat", "Did you mean snapshot:study.optstat?"),
    ],
)
def test_sources(source, meant):
    with pytest.raises(po.InvalidRequest) as error:
        po.load("US_SECURITY", source=source)
    assert meant in str(error.value)


@pytest.mark.parametrize("source", ["user:secret@localhost:11111", "http://:secret@localhost", "x:?key=secret"])
def test_hints_repeat_no_key(source):
    with pytest.raises(po.InvalidRequest) as error:
        po.load("US_SECURITY", source=source)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(("rule", "meant"), [("monthly", "ME"), ("Weekly", "W"), ("yearly", "YE"), ("quarterly", "QE")])
def test_periods(rule, meant):
    with pytest.raises(po.InvalidRequest, match=f'Did you mean "{meant}"'):
        po.sample().optstat.resample(rule)
