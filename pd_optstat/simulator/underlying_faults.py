"""Faults that only the protocols of underlyings have, 3302 and 3304; `faults` has those of all protocols."""

from __future__ import annotations

import math

from ..errors import DataWarning, InvalidData
from ..opend.packets import ProtoId
from . import effects
from .responses import Fault

__all__ = ["UNDERLYING_FAULTS"]

_STATISTIC = (ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC,)
_VOLATILITY = (ProtoId.GET_OPTION_UNDERLYING_HIS_VOLATILITY,)
_OF_UNDERLYINGS = (*_STATISTIC, *_VOLATILITY)

UNDERLYING_FAULTS = [
    Fault(
        "foreign-code",
        "A page is of another underlying.",
        InvalidData,
        protocols=_OF_UNDERLYINGS,
        change_response=effects.foreign_code,
    ),
    Fault(
        "larger-total",
        "A row's total volume is more than call + put, as it may be.",
        DataWarning,
        protocols=_STATISTIC,
        change_response=effects.add_to("optionVolume", 1),
    ),
    Fault(
        "wrong-interest",
        "A row's total open interest is not call + put.",
        InvalidData,
        protocols=_STATISTIC,
        change_response=effects.add_to("optionOpenInterest", 1),
    ),
    Fault(
        "negative-interest",
        "A row has a negative open interest of puts.",
        InvalidData,
        protocols=_STATISTIC,
        change_response=effects.set_values(putOpenInterest=-1, optionOpenInterest=None, putCallOpenInterestRatio=None),
    ),
    Fault(
        "negative-price",
        "A row's price is negative.",
        InvalidData,
        protocols=_OF_UNDERLYINGS,
        change_response=effects.set_values(underlyingPrice=-1.0),
    ),
    Fault(
        "infinite-price",
        "A row's price is infinite.",
        InvalidData,
        protocols=_OF_UNDERLYINGS,
        change_response=effects.set_values(underlyingPrice=math.inf),
    ),
    Fault(
        "infinite-volatility",
        "A row's implied volatility is infinite.",
        InvalidData,
        protocols=_VOLATILITY,
        change_response=effects.set_values(iv=math.inf),
    ),
]
