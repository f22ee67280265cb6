"""Checks of arguments, and the wording of their errors."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from pd_optstat._util.validation import (
    check_choice,
    check_int,
    check_number,
    did_you_mean,
    list_names,
    parse_timedelta,
)
from pd_optstat.errors import InvalidRequest

NAN = float("nan")


@pytest.mark.parametrize("value", [1, 7, np.int8(3), np.uint64(5)])
def test_check_int_returns_a_plain_int(value):
    assert check_int(value, "window") == int(value)
    assert type(check_int(value, "window")) is int


@pytest.mark.parametrize("value", [0, -1, True, 2.0, "2", None, NAN, np.bool_(True)])
def test_check_int_names_the_argument_and_the_value(value):
    with pytest.raises(InvalidRequest) as caught:
        check_int(value, "window")
    assert str(caught.value) == f"window={value!r} must be an integer of at least 1."


def test_check_int_has_a_lower_bound():
    assert check_int(0, "gap", least=0) == 0
    with pytest.raises(InvalidRequest, match="lookback=1 must be an integer of at least 2"):
        check_int(1, "lookback", least=2)


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(0.25), np.int16(1)])
def test_check_number_returns_a_float(value):
    assert check_number(value, "lower", 0, 1) == float(value)
    assert type(check_number(value, "lower", 0, 1)) is float


@pytest.mark.parametrize("value", [-0.1, 1.5, True, "0.5", None, NAN, float("inf")])
def test_check_number_names_the_argument_and_the_value(value):
    with pytest.raises(InvalidRequest) as caught:
        check_number(value, "lower", 0, 1)
    assert str(caught.value) == f"lower={value!r} must be a number from 0 to 1."


def test_check_choice():
    assert check_choice("mean", "how", ["sum", "mean"]) == "mean"
    with pytest.raises(InvalidRequest) as caught:
        check_choice("maen", "how", ["sum", "mean"])
    assert str(caught.value) == "how='maen' must be one of 'sum', 'mean'. Did you mean mean?"
    for value in (None, ["sum"], 3):
        with pytest.raises(InvalidRequest, match="must be one of 'sum', 'mean'"):
            check_choice(value, "how", ["sum", "mean"])


@pytest.mark.parametrize("value", ["30D", timedelta(days=30), pd.Timedelta("720h"), pd.offsets.Day(30), "720h"])
def test_parse_timedelta(value):
    assert parse_timedelta(value, "window") == pd.Timedelta(days=30)


@pytest.mark.parametrize("value", ["ME", "5X", "-3D", "", None, [], pd.NaT, pd.offsets.MonthEnd(), object])
def test_parse_timedelta_accepts_positive_fixed_lengths_only(value):
    with pytest.raises(InvalidRequest, match=r"window=.* must be a number of rows .* such as \"30D\"\."):
        parse_timedelta(value, "window")


@pytest.mark.parametrize(("count", "text"), [(0, ""), (1, "0"), (5, "0, 1, 2, 3, 4"), (6, "0, 1, 2, 3, 4 and 1 more")])
def test_list_names(count, text):
    assert list_names(range(count)) == text


def test_did_you_mean_ignores_case_and_long_words():
    assert did_you_mean(" volme", ["VOLUME", "OPEN_INTEREST"]) == " Did you mean VOLUME?"
    assert did_you_mean("x" * 10**7, ["VOLUME"]) == ""
    assert did_you_mean("VOLUME", []) == ""
