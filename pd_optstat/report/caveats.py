"""What a reader must know before believing a report, and the literature. Pure."""

from __future__ import annotations

from .findings import Findings

__all__ = ["list_caveats", "list_references"]

_COUNTS = (
    "The counts are totals of a day. They tell neither who bought nor whether a position was opened. Contrarians read "
    "many puts as bullish; Pan and Poteshman (2006), who saw the volume that buyers opened, found the opposite: low "
    "put/call ratios preceded higher returns of single stocks. The sign is a hypothesis, not a fact."
)
_RETURNS = (
    "Returns are from close to close of the prices that were given, without dividends, financing, taxes or market "
    "impact unless the prices contain them. Entries and exits are at closes that are known, which nobody gets exactly."
)
_JOINT = (
    "The joint p-values and the deflated Sharpe ratio account for the rules in this report. They cannot account for "
    "rules that were tried elsewhere, or for a grid that was changed after a look at the results."
)
_STATIONARY = (
    "All tests suppose that the past resembles the future. The number of listed options, zero-day expiries and who "
    "trades them have changed, and with them the level and the meaning of the ratio."
)
_FACTS = {
    "Provisional": "Some days are provisional: their counts may still change. See the facts under Data.",
    "Missing": "Sessions are missing: see the facts under Data. Windows of rows reach further back there.",
}
_NOTHING = ("none", "0")


def list_caveats(findings: Findings) -> list[str]:
    """Return the caveats that apply."""
    caveats = []
    if findings.synthetic:
        caveats.append("The counts are synthetic. This report shows what the method does, and nothing about a market.")
    for name, value in findings.facts:
        if name in _FACTS and not value.startswith(_NOTHING):
            caveats.append(
                f"It is unknown which days are {name.lower()}: the frame does not say."
                if value.startswith("unknown")
                else _FACTS[name]
            )
    if not any(name == "As of" for name, _ in findings.facts):
        caveats.append(
            "The counts are those of the latest observation. If they were revised, a trader saw others on the day. "
            "po.load(..., as_of=...) gives the counts as a cache knew them."
        )
    caveats.append(_COUNTS)
    if findings.prices is not None:
        caveats += [_RETURNS, _JOINT, _STATIONARY]
    caveats += [f"Left out, {name.replace('_', ' ')}: {reason}" for name, reason in findings.left_out.items()]
    return caveats


_GENERAL = [
    "J. Pan, A. M. Poteshman, “The information in option volume for future stock prices”, Review of Financial Studies "
    "19(3), 2006.",
    "D. P. Simon, R. A. Wiggins, “S&P futures returns and contrary sentiment indicators”, Journal of Futures Markets "
    "21(5), 2001.",
]
_PRICED = [
    "D. N. Politis, J. P. Romano, “The stationary bootstrap”, Journal of the American Statistical Association 89(428), "
    "1994.",
    "J. P. Romano, M. Wolf, “Exact and approximate stepdown methods for multiple hypothesis testing”, Journal of the "
    "American Statistical Association 100(469), 2005.",
    "A. J. Patton, A. Timmermann, “Monotonicity in asset returns”, Journal of Financial Economics 98(3), 2010.",
    "D. H. Bailey, M. López de Prado, “The deflated Sharpe ratio”, Journal of Portfolio Management 40(5), 2014.",
]


def list_references(findings: Findings) -> list[str]:
    """Return the literature that the sections refer to."""
    return _GENERAL + (_PRICED if findings.prices is not None else [])
