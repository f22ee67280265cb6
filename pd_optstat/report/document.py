"""The report as one HTML page that needs nothing from elsewhere."""

from __future__ import annotations

from importlib import resources

from .._util.optional import import_optional
from .._version import __version__
from ..plotting.svg import theme_css
from .findings import Findings
from .sections import Section, find_highlights, list_sections

__all__ = ["build_document"]


def build_document(findings: Findings) -> str:
    """Return the page.

    Every text is escaped by the template; only pictures are markup, and they are drawn here.

    Raises
    ------
    InvalidRequest
        If jinja2 is not installed.
    """
    jinja2 = import_optional("jinja2", "jinja2", "research", "reports")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = resources.files("pd_optstat.report").joinpath("template.html").read_text(encoding="utf-8")
    markup = import_optional("markupsafe", "jinja2", "research", "reports").Markup
    sections: list[Section] = list_sections(findings)
    page: str = environment.from_string(template).render(
        findings=findings,
        highlights=find_highlights(findings),
        sections=sections,
        light=markup(theme_css(0)),
        dark=markup(theme_css(1)),
        markup=markup,
        version=__version__,
    )
    return page.rstrip() + "\n"
