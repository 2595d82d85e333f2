"""From a store's URL to a database that may be read and written, and from a driver's complaints to one line."""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena.errors import ArenaError, UsageError
from tournaments.migrations import MIGRATIONS, migrate, version

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

_BUSY_SECONDS = 30.0
DEFAULT = "sqlite:///arena.db"


def default_store() -> str:
    """The store used where none is named."""
    return os.environ.get("ARENA_STORE") or DEFAULT


def connect(text: str, *, create: bool) -> tuple[Engine, str]:
    """The engine of a store and the name messages give it.

    `text` is a URL of SQLite or PostgreSQL, or the path of an SQLite file. Raises UsageError for another URL;
    ArenaError when there is no store and `create` is False, or when what is there cannot be used.
    """
    url = _url(text)
    place = _place(url)
    if url.get_backend_name() == "sqlite":
        _check_file(url, place, create)
    with _no_warnings():
        engine = _engine(url, place)
    try:
        with _no_warnings(), explained(place):
            _bring_up_to_date(engine, place, create)
    except BaseException:
        engine.dispose()
        raise
    return engine, place


def _url(text: str) -> URL:
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _unreadable(text) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise _unreadable(text)
    if url.get_backend_name() == "sqlite":
        _check_sqlite(url, text)
    return url


def _unreadable(text: str) -> UsageError:
    shown = re.sub(r"://.*@", "://***@", text)
    return UsageError(f"cannot read the store {shown!r}: expected a URL like sqlite:///arena.db or postgresql://...")


def _check_sqlite(url: URL, text: str) -> None:
    if url.host:
        raise UsageError(
            f"cannot read the store {text!r}: a file is named with three slashes, as in sqlite:///arena.db"
        )
    plain, _, options = text.partition("?")
    if options:
        raise UsageError(f"the store {plain} cannot have options ({options}): SQLite takes none here")


def _place(url: URL) -> str:
    """What messages call a store: its URL without a password and without options, which may hold one too."""
    if url.get_backend_name() == "sqlite":
        return f"{url.drivername}://" + (f"/{url.database}" if url.database else "")
    return url.set(query={}).render_as_string(hide_password=True)


def has_secret(text: str) -> bool:
    """Whether a password is part of the store's URL."""
    url = _url(text)
    return url.password is not None or any("pass" in name.lower() for name in url.query)


def check_lasting(text: str | None) -> None:
    """Raises UsageError for a store in memory, which ends with the command, and for a text that names no store."""
    url = _url(text or default_store())
    if _in_memory(url):
        raise UsageError(f"the store {_place(url)} is in memory and would be lost at once: name a file or a database")


def _in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and (not url.database or url.database == ":memory:")


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    """What SQLAlchemy warns its programmers of is nothing that a user can act on."""
    from sqlalchemy.exc import SAWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield


def _check_file(url: URL, place: str, create: bool) -> None:
    if not url.database or _in_memory(url):
        return
    path = Path(url.database)
    if path.is_dir():
        raise ArenaError(f"{place} is a folder, not a store: name a file")
    if not create and not path.exists():
        raise ArenaError(
            f"there is no store {place}: play a tournament first (arena tournament run GAME ENTRANT ENTRANT), "
            "or name another with --store"
        )
    if not path.parent.is_dir():
        raise ArenaError(f"there is no folder {str(path.parent)!r} for the store {place}: make it first")


def _engine(url: URL, place: str) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import NoSuchModuleError

    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS} if sqlite else {})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        missing = getattr(error, "name", None) or url.drivername
        raise ArenaError(f"{place} needs a driver that is not installed ({missing}): pip install {missing}") from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # Python's driver would leave tables to be made outside of transactions
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write waits for its turn at once: one that read first would fail instead of waiting."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _bring_up_to_date(engine: Engine, place: str, create: bool) -> None:
    with engine.connect() as connection:
        found = version(connection, place)
    if found == len(MIGRATIONS):
        return
    if found == 0 and not create:
        raise ArenaError(f"{place} is empty: play a tournament first (arena tournament run GAME ENTRANT ENTRANT)")
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with writing(engine) as connection:
        migrate(connection, place)


def _use_wal(engine: Engine) -> None:
    """Readers and a writer at once; the file remembers it. Not earlier: a file of another program stays as it is."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


@contextlib.contextmanager
def explained(place: str, then: str = "try again") -> Iterator[None]:
    """Turns what the database complains of into an ArenaError; `then` says how to go on after a full disk."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        line = " ".join(cause.split())
        raise ArenaError(_explain(line, place, then)) from error


def _explain(cause: str, place: str, then: str) -> str:
    for words, text in _CAUSES.items():
        if words in cause:
            return text.format(place=place, then=then)
    return f"{place} cannot be used: {cause}"


_CAUSES = {
    "is full": "the disk of {place} is full. Nothing committed is lost: free some space, then {then}",
    "disk I/O error": "{place} cannot be read or written: the disk is full or damaged. Make room, then {then}",
    "not a database": "{place} is not a database: name another with --store",
    "malformed": "{place} is damaged: restore it from a copy, or name another with --store",
    "unable to open": "{place} cannot be opened: check that the folder may be written, or name another with --store",
    "readonly": "{place} may not be written: change its permissions, or name another with --store",
    "locked": "{place} is locked by another process: wait for it, then {then}",
}
