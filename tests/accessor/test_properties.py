"""Properties of the accessor, called by mistake: the error says so, and the values stay ordinary Series."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pandas as pd
import pytest

import pd_optstat as po
from pd_optstat.accessor import OptStatAccessor

PROPERTIES = [name for name in dir(OptStatAccessor) if isinstance(getattr(OptStatAccessor, name), property)]


def run(code: str, **names: object) -> object:
    return eval(compile(code, "<test>", "eval"), names)


def test_there_are_properties():
    assert {"put_call_ratio", "put_share"} <= set(PROPERTIES)


@pytest.mark.parametrize("name", PROPERTIES)
@pytest.mark.parametrize("arguments", ["", "10", "window=10", "*[10]"])
def test_a_property_that_is_called_says_how_to_write_it(name, arguments):
    df = po.sample()
    message = f"^{name} is a property: write df.optstat.{name}, without parentheses.$"
    for _ in range(50):  # the interpreter replaces instructions that are executed often
        if arguments != "*[10]":
            with pytest.raises(TypeError, match=message):
                run(f"df.optstat.{name}({arguments})", df=df)
        else:  # compiled as an ordinary attribute: Python's own error
            with pytest.raises(TypeError, match="not callable"):
                run(f"df.optstat.{name}({arguments})", df=df)


def test_often_called_code_says_so_too():
    df, messages = po.sample(), set()
    for _ in range(300):
        try:
            df.optstat.put_share()  # type: ignore[operator]
        except TypeError as error:
            messages.add(str(error))
    assert messages == {"put_share is a property: write df.optstat.put_share, without parentheses."}


def test_a_property_of_a_panel_that_is_called_says_so():
    panel = po.load_panel("US_SECURITY", None, "2026-06-01", "2026-06-12", source="simulator:", cache=False)
    with pytest.raises(TypeError, match="is a property"):
        panel.optstat.put_call_ratio()
    assert panel.optstat.put_call_ratio.shape == (10, 2)


@pytest.mark.parametrize("name", PROPERTIES)
def test_values_are_ordinary_series(name):
    df = po.sample()
    for _ in range(300):
        value = getattr(df.optstat, name)
    assert type(value) is pd.Series
    assert not callable(value)
    pd.testing.assert_series_equal(pickle.loads(pickle.dumps(value)), value)  # noqa: S301
    assert type(value * 2) is pd.Series
    assert df.assign(new=run(f"df.optstat.{name}", df=df))["new"].equals(value)
    # Methods of the value are called, which is no call of the property.
    for expression in ("tolist()", "rolling(2).mean()", "round(3).tail(2)", "attrs.get('x')"):
        for _ in range(50):
            run(f"df.optstat.{name}.{expression}", df=df)
    assert [run(f"f(df.optstat.{name})", df=df, f=len), run(f"[x for x in df.optstat.{name}]", df=df)][0] == len(df)


def test_traced_code_says_so_too():
    """A debugger or a coverage tool replaces instructions."""
    code = (
        "import sys, pd_optstat as po\n"
        "sys.settrace(lambda *_: (lambda *_: None))\n"
        "def f(df):\n    return df.optstat.put_share()\n"
        "df = po.sample()\n"
        "def g(df):\n    return df.optstat.put_share.tolist()\n"
        "for _ in range(20): g(df)\n"
        "f(df)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "TypeError: put_share is a property" in done.stderr
