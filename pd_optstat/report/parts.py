"""What sections consist of. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .cells import Table

__all__ = ["Code", "Items", "Part", "Picture", "Section", "TablePart", "Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a note is set smaller."""

    text: str
    note: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: list[str]
    kind: str = "list"


@dataclass(frozen=True, slots=True)
class Code:
    """Python."""

    text: str
    kind: str = "code"


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG element, and what it shows in words."""

    svg: str
    caption: str
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table."""

    table: Table
    kind: str = "table"


Part: TypeAlias = Text | Items | Code | Picture | TablePart


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section of the report."""

    anchor: str
    title: str
    parts: list[Part] = field(default_factory=list)
