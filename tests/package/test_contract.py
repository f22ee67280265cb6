"""The public contract, copied here as data. It may grow, but nothing in it may change."""

from __future__ import annotations

import argparse
import inspect
from inspect import Parameter
from typing import Any

import pytest

import pd_optstat as po
from pd_optstat.cli import _parser

NAMES = [
    "OptionMarket",
    "OptionStatisticDataType",
    "OptStatError",
    "InvalidRequest",
    "ConnectionFailed",
    "ProtocolError",
    "RequestRejected",
    "RateLimited",
    "InvalidData",
    "OfflineMiss",
    "CacheError",
    "PinMismatch",
    "Cache",
    "OpenD",
    "Parquet",
    "load",
    "load_panel",
    "load_many",
    "load_volatility",
    "Underlying",
    "aload",
    "close",
    "configure",
    "pin",
    "explore",
    "read_cboe",
    "show_versions",
    "sweep",
    "update",
]

_SAME = "*, source=None, cache=None, refresh=False, offline=False, as_of=None, include_open=False, progress=None"
#: The parameters of each function, in Python's syntax. Those that the contract leaves open are left out.
FUNCTIONS = {
    "load": f"market, data_type='VOLUME', start=None, end=None, {_SAME}",
    "load_panel": f"markets=None, data_types=None, start=None, end=None, {_SAME}",
    "aload": f"market, data_type='VOLUME', start=None, end=None, {_SAME}",
    "load_volatility": f"underlying, start=None, end=None, {_SAME}",
    "load_many": "codes, data_types=None, start=None, end=None, *, source=None, cache=None, refresh=False, "
    "include_open=False, progress=None",
    "close": "",
    "pin": "path, mode='auto'",
    "OpenD": "host='127.0.0.1', port=11111, *, rsa_key=None, format='protobuf', timeout=5.0",
    "Cache": "directory=None",
    "read_cboe": "path_or_buffer, *, product=None, data_type=None, dayfirst=None",
    "show_versions": "as_dict=False",
    "explore": "markets='US_SECURITY', data_types='VOLUME', start=None, end=None, *, source=None, cache=None, "
    "window=10, lookback=252, metric='zscore'",
}
METHODS = {
    "rolling_ratio": "window=10, how='sum', *, min_periods=None",
    "zscore": "window=252, *, min_periods=None",
    "percentile": "window=252, *, min_periods=None",
    "bands": "window=20, k=2.0, *, min_periods=None",
    "detrend": "short=10, long=127, *, min_periods=None",
    "momentum": "periods=5",
    "extremes": "window=252, lower=0.1, upper=0.9, *, min_periods=None",
    "turnover": "open_interest",
    "metrics": "windows=(5, 10, 21, 63), *, lookback=252",
    "resample": "rule, *, data_type=None",
    "summary": "",
    "missing_sessions": "",
    "validate": "",
    "plot": "",
    "events": "",
    "forward": "prices, horizons=(1, 5, 21), lag=None, *, data_type=None",
    "seasonal": "",
    "adjusted_ratio": "",
    "explore": "",
    "digest": "",
    "normalize": "*, call, put, time, intraday=None",
}
PROPERTIES = ["put_call_ratio", "put_share"]
CACHE = {
    "info": "",
    "coverage": "market, data_type, source=None",
    "revisions": "market, data_type, source=None",
    "verify": "",
    "clear": "market=None, data_type=None, source=None",
    "export": "url, source='opend'",
}
COMMANDS = {
    "demo": "",
    "simulate": "--port --ws-port --page-size --max-span-days --rsa-key --ws-key --seed --until",
    "load": "market data_type --start --end --source --as-of --offline --refresh --out",
    "update": "--source",
    "cache info": "",
    "cache coverage": "market data_type",
    "cache revisions": "market data_type",
    "cache verify": "",
    "cache clear": "market data_type",
    "cache export": "url --source",
    "cache path": "",
    "pin show": "file",
    "pin verify": "file",
    "versions": "",
}


def promised(written: str) -> list[Parameter]:
    scope: dict[str, Any] = {}
    exec(f"def f({written}): pass", scope)
    return list(inspect.signature(scope["f"]).parameters.values())


def assert_kept(function: Any, written: str, bound: bool = False) -> None:
    """Assert that every call that `written` allows still works: added parameters are optional and come last."""
    has = list(inspect.signature(function).parameters.values())[bound:]
    wants = promised(written)
    by_name = {one.name: one for one in has}
    assert [one.name for one in wants if one.name not in by_name] == []
    for one in wants:
        mine = by_name[one.name]
        assert mine.kind in (one.kind, Parameter.POSITIONAL_OR_KEYWORD), one.name
        if one.default is not Parameter.empty:  # a required parameter may get a default; nothing else may change
            assert (mine.default, type(mine.default)) == (one.default, type(one.default)), one.name
    positional = [one.name for one in wants if one.kind is Parameter.POSITIONAL_OR_KEYWORD]
    assert [one.name for one in has][: len(positional)] == positional
    names = {one.name for one in wants}
    added = [one for one in has if one.name not in names and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    assert [one.name for one in added if one.default is Parameter.empty] == []


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """Return the names of all arguments and options, by command."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        return {" ".join(path): {name for one in parser._actions for name in (one.option_strings or [one.dest])}}
    return {
        name: found
        for action in below
        for word, child in action.choices.items()
        for name, found in commands(child, (*path, word)).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_public_name(name):
    assert name in po.__all__
    assert name in dir(po)
    assert getattr(po, name).__doc__


def test_every_public_name_is_there():
    assert len(po.__all__) == len(set(po.__all__))
    assert all(hasattr(po, name) for name in po.__all__)
    assert set(po._LAZY) <= set(po.__all__)


def test_every_error_is_an_optstat_error():
    kinds = [kind for kind in map(po.__dict__.get, NAMES) if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, po.OptStatError) for kind in kinds)
    assert len(kinds) == 10
    assert issubclass(po.InvalidRequest, ValueError)
    assert issubclass(po.ConnectionFailed, ConnectionError)
    assert {"ret_type", "ret_msg", "err_code"} <= set(
        vars(po.RequestRejected("no", ret_type=-1, ret_msg="", err_code=0))
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(name):
    assert_kept(getattr(po, name), FUNCTIONS[name])


def test_aload_is_awaited():
    assert inspect.iscoroutinefunction(po.aload)


@pytest.mark.parametrize("name", METHODS)
def test_method_of_the_accessor(name):
    assert_kept(getattr(po.OptStatAccessor, name), METHODS[name], bound=True)


@pytest.mark.parametrize("name", PROPERTIES)
def test_property_of_the_accessor(name):
    assert isinstance(inspect.getattr_static(po.OptStatAccessor, name), property)


@pytest.mark.parametrize("name", CACHE)
def test_method_of_the_cache(name):
    assert_kept(getattr(po.Cache, name), CACHE[name], bound=True)


def test_a_cache_knows_its_path(tmp_path):
    assert po.Cache(tmp_path / "held").path == tmp_path / "held"


@pytest.mark.parametrize("name", COMMANDS)
def test_command(name):
    assert set(COMMANDS[name].split()) <= commands(_parser())[name]


def test_columns_and_markets():
    assert [(one.name, int(one)) for one in po.OptionMarket if int(one)] == [
        ("US_SECURITY", 1),
        ("US_INDEX", 2),
        ("HK_SECURITY", 3),
        ("HK_INDEX", 4),
    ]
    assert list(po.sample().columns) == ["timestamp", "call_value", "put_value", "total_value", "ratio"]


def test_the_accessor_package_can_be_imported_although_a_function_has_its_name():
    """`po.accessor` is the function; the package of that name is reached by importing from it."""
    from pd_optstat.accessor import OptStatAccessor

    assert OptStatAccessor is po.OptStatAccessor
    assert callable(po.accessor)


@pytest.mark.parametrize(
    ("has", "kept"),
    [
        ("a, b=1, *, c=2", True),
        ("a, b=1, *, c=2, more=None", True),
        ("a, b=1, c=2", True),
        ("a, b=1", False),
        ("a, b=2, *, c=2", False),
        ("a, *, b=1, c=2", False),
        ("b=1, a=0, *, c=2", False),
        ("a, b=1, *, c=2, more", False),
    ],
)
def test_changes_of_the_contract_are_found(has, kept):
    scope: dict[str, Any] = {}
    exec(f"def f({has}): pass", scope)
    if kept:
        assert_kept(scope["f"], "a, b=1, *, c=2")
    else:
        with pytest.raises(AssertionError):
            assert_kept(scope["f"], "a, b=1, *, c=2")
