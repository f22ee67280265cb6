"""Which tables, indexes and triggers a cache database may define. Pure.

Every statement that a database holds is text that SQLite runs, so only known ones are accepted: those that
diskcache 5.6 writes, those that the installed diskcache writes, and harmless variations of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

__all__ = ["Definition", "find_foreign", "normalise"]

#: Type, name and statement of one row of sqlite_master; an index that a UNIQUE column implies has no statement.
Definition = tuple[str, str, str | None]
#: A statement without the differences that have no meaning: white space, case and the style of quotes.
Statement = tuple[str, ...]

#: What diskcache 5.6 writes. The triggers quote strings as identifiers, which SQLite tolerates.
STATEMENTS = {
    "Settings": "CREATE TABLE Settings (key TEXT NOT NULL UNIQUE, value)",
    "Cache": (
        "CREATE TABLE Cache (rowid INTEGER PRIMARY KEY, key BLOB, raw INTEGER, store_time REAL, expire_time REAL,"
        " access_time REAL, access_count INTEGER DEFAULT 0, tag BLOB, size INTEGER DEFAULT 0, mode INTEGER DEFAULT 0,"
        " filename TEXT, value BLOB)"
    ),
    "Cache_key_raw": "CREATE UNIQUE INDEX Cache_key_raw ON Cache(key, raw)",
    "Cache_expire_time": "CREATE INDEX Cache_expire_time ON Cache (expire_time)",
    "Settings_count_insert": (
        "CREATE TRIGGER Settings_count_insert AFTER INSERT ON Cache FOR EACH ROW BEGIN"
        ' UPDATE Settings SET value = value + 1 WHERE key = "count"; END'
    ),
    "Settings_count_delete": (
        "CREATE TRIGGER Settings_count_delete AFTER DELETE ON Cache FOR EACH ROW BEGIN"
        ' UPDATE Settings SET value = value - 1 WHERE key = "count"; END'
    ),
    "Settings_size_insert": (
        "CREATE TRIGGER Settings_size_insert AFTER INSERT ON Cache FOR EACH ROW BEGIN"
        ' UPDATE Settings SET value = value + NEW.size WHERE key = "size"; END'
    ),
    "Settings_size_update": (
        "CREATE TRIGGER Settings_size_update AFTER UPDATE ON Cache FOR EACH ROW BEGIN"
        ' UPDATE Settings SET value = value + NEW.size - OLD.size WHERE key = "size"; END'
    ),
    "Settings_size_delete": (
        "CREATE TRIGGER Settings_size_delete AFTER DELETE ON Cache FOR EACH ROW BEGIN"
        ' UPDATE Settings SET value = value - OLD.size WHERE key = "size"; END'
    ),
}

_TOKEN = re.compile(
    r"""\s+|([A-Za-z_][A-Za-z_0-9]*)|"([^"]*)"|'([^']*)'|`([^`]*)`|\[([^\]]*)\]|([0-9]+(?:\.[0-9]+)?|.)""", re.DOTALL
)
#: What may follow a column's name and type, besides a default.
_CONSTRAINTS = {("primary", "key"), ("not", "null"), ("unique",)}
_LITERAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|null|'[^']*'")

#: A column: its name, its type, and its constraints without the default.
_Column = tuple[str, str, frozenset[tuple[str, ...]]]


def normalise(statement: str) -> Statement:
    """Return the tokens of a statement; two statements with the same tokens mean the same.

    Quoted strings and quoted identifiers both become ``'text'``: SQLite takes either for the other where only one
    makes sense, and no statement that is accepted depends on the difference.
    """
    tokens = []
    for match in _TOKEN.finditer(statement):
        if match[0].isspace():
            continue
        word, other = match[1], match[6]
        quoted = next((text for text in match.groups()[1:5] if text is not None), None)
        tokens.append(f"'{quoted}'" if quoted is not None else (word or other).lower())
        if tokens[-3:] == ["for", "each", "row"]:
            del tokens[-3:]  # the only kind of trigger that SQLite has
    return tuple(tokens)


_KNOWN = {name: normalise(statement) for name, statement in STATEMENTS.items()}


def find_foreign(found: Sequence[Definition], installed: Callable[[], Collection[Definition]]) -> str | None:
    """Return what is wrong with the definitions of a database, or None.

    Parameters
    ----------
    found : sequence of (type, name, statement)
        All rows of its sqlite_master.
    installed : callable
        Returns those of a database that the installed diskcache has just created. Called only where the database
        differs from what is known here: another version of diskcache may have written it.
    """
    unknown = [definition for definition in found if not _is_known(definition)]
    missing = _KNOWN.keys() - {name for _, name, _ in found}
    if not unknown and not missing:
        return None
    try:
        expected = {name: normalise(statement or "") for _, name, statement in installed()}
    except OSError:  # no folder can be written, so that none can be created
        expected = dict(_KNOWN)
    for kind, name, statement in unknown:
        if statement is None or expected.get(name) != normalise(statement):
            return f"{kind} {name[:40]!r} is not one that diskcache creates"
    lost = sorted(missing & expected.keys())
    return f"{lost[0]!r} is missing" if lost else None


def _is_known(definition: Definition) -> bool:
    kind, name, statement = definition
    if statement is None:
        return kind == "index" and name == "sqlite_autoindex_Settings_1"
    tokens = normalise(statement)
    if _KNOWN.get(name) == tokens:
        return True
    if kind == "table" and name in _KNOWN:
        return _columns(tokens) == _columns(_KNOWN[name]) is not None
    return kind == "index" and name != "Cache_key_raw" and _is_plain_index(tokens)


def _columns(tokens: Statement) -> list[_Column] | None:
    """Return the columns of a plain CREATE TABLE; None if it holds anything but columns, types and known constraints.

    A default that is a literal is left out: diskcache gives a value for every column.
    """
    if tokens[:2] != ("create", "table") or tokens[3:4] != ("(",) or tokens[-1] != ")":
        return None
    columns: list[_Column] = []
    for definition in _split(tokens[4:-1]):
        name, rest = definition[:1], list(definition[1:])
        if not name:
            return None
        has_type = bool(rest) and rest[0].isalpha() and rest[0] not in ("primary", "not", "unique", "default")
        column_type = rest.pop(0) if has_type else ""
        constraints = set()
        while rest:
            if rest[0] == "default":
                del rest[0]
                if rest and rest[0] in "+-":
                    del rest[0]
                if not rest or not _LITERAL.fullmatch(rest.pop(0)):
                    return None  # an expression, which SQLite would evaluate
                continue
            constraint = next((known for known in _CONSTRAINTS if tuple(rest[: len(known)]) == known), None)
            if constraint is None:
                return None
            constraints.add(constraint)
            del rest[: len(constraint)]
        columns.append((name[0].strip("'"), column_type, frozenset(constraints)))
    return columns


def _is_plain_index(tokens: Statement) -> bool:
    """Return whether a CREATE INDEX names nothing but columns of Cache, perhaps of the rows where one is not null."""
    columns = {name for name, _, _ in _columns(_KNOWN["Cache"]) or ()}
    if tokens[:2] != ("create", "index") or tokens[3:6] not in (("on", "cache", "("), ("on", "'Cache'", "(")):
        return False  # a UNIQUE one would refuse rows
    if ")" not in tokens:
        return False
    end = tokens.index(")")
    where = tokens[end + 1 :]
    indexed = [part[0] if len(part) == 1 or part[1:] in (("asc",), ("desc",)) else "" for part in _split(tokens[6:end])]
    if where and not (len(where) == 5 and where[0] == "where" and where[1].strip("'") in columns):
        return False
    return {name.strip("'") for name in indexed} <= columns and where[2:] in ((), ("is", "not", "null"))


def _split(tokens: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the parts between the commas."""
    parts: list[tuple[str, ...]] = [()]
    for token in tokens:
        if token == ",":
            parts.append(())
        else:
            parts[-1] += (token,)
    return parts
