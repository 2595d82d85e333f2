"""How the store's schema came to be: an ordered list of steps, each run once, its number kept in the store.

A step is never edited after a release: the next one is appended. It is written as plain SQL, so that it does not
change when `tournaments.schema` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from arena.errors import ArenaError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_VERSION_TABLE = "arena_schema"


def _first(connection: Connection) -> None:
    """Entrants, tournaments, matches."""
    for statement in _FIRST:
        connection.exec_driver_sql(statement)


_FIRST = (
    """CREATE TABLE entrants (
        identity TEXT PRIMARY KEY,
        label TEXT NOT NULL,
        text TEXT NOT NULL,
        agent TEXT NOT NULL,
        version TEXT NOT NULL,
        settings TEXT NOT NULL,
        checkpoint TEXT NOT NULL,
        reproducible BOOLEAN NOT NULL,
        move_time DOUBLE PRECISION
    )""",
    """CREATE TABLE tournaments (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        game TEXT NOT NULL,
        game_version TEXT NOT NULL,
        stochastic BOOLEAN NOT NULL,
        format TEXT NOT NULL,
        rounds INTEGER NOT NULL,
        seed BIGINT NOT NULL,
        move_time DOUBLE PRECISION,
        created TEXT NOT NULL,
        planned INTEGER NOT NULL,
        participants TEXT NOT NULL
    )""",
    """CREATE TABLE matches (
        id TEXT PRIMARY KEY,
        tournament TEXT NOT NULL REFERENCES tournaments (id),
        ordinal INTEGER NOT NULL,
        identities TEXT NOT NULL,
        finished TEXT NOT NULL,
        game TEXT NOT NULL,
        game_version TEXT NOT NULL,
        entrants TEXT NOT NULL,
        seats TEXT NOT NULL,
        seed BIGINT NOT NULL,
        moves TEXT NOT NULL,
        times TEXT NOT NULL,
        "values" TEXT NOT NULL,
        notes TEXT NOT NULL,
        returns TEXT NOT NULL,
        ranks TEXT NOT NULL,
        ending TEXT NOT NULL,
        offenders TEXT NOT NULL,
        cause TEXT NOT NULL,
        UNIQUE (tournament, ordinal)
    )""",
    "CREATE INDEX matches_by_game ON matches (game, game_version)",
)


def _second(connection: Connection) -> None:
    """Whether all players move at once. Of what was stored before, that is known of the built-in game `rps` alone."""
    for statement in _SECOND:
        connection.exec_driver_sql(statement)


_SECOND = (
    "ALTER TABLE tournaments ADD COLUMN simultaneous BOOLEAN NOT NULL DEFAULT FALSE",
    "UPDATE tournaments SET simultaneous = TRUE WHERE game = 'rps' OR substr(game, 1, 4) = 'rps:'",
)


def _third(connection: Connection) -> None:
    """Whether all seats are one team. Of what was stored before, that is known of the built-in game `hanabi` alone."""
    for statement in _THIRD:
        connection.exec_driver_sql(statement)


_THIRD = (
    "ALTER TABLE tournaments ADD COLUMN cooperative BOOLEAN NOT NULL DEFAULT FALSE",
    "UPDATE tournaments SET cooperative = TRUE WHERE game = 'hanabi' OR substr(game, 1, 7) = 'hanabi:'",
)

MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first, _second, _third)


def version(connection: Connection, place: str) -> int:
    """The schema's version, 0 for an empty database.

    Raises ArenaError for a database that belongs to something else or to a newer arena; `place` names it.
    """
    from sqlalchemy import inspect

    tables = sorted(inspect(connection).get_table_names())
    if _VERSION_TABLE not in tables:
        if tables:
            raise ArenaError(
                f"{place} is no store of the arena: it holds other tables ({', '.join(tables[:3])}). "
                "Name another with --store"
            )
        return 0
    found = int(connection.exec_driver_sql(f"SELECT version FROM {_VERSION_TABLE}").scalar_one())  # noqa: S608  # our own name
    if found > len(MIGRATIONS):
        raise ArenaError(
            f"{place} was written by a newer arena (schema {found}, this one knows {len(MIGRATIONS)}): "
            "pip install --upgrade game-ai-arena"
        )
    return found


def migrate(connection: Connection, place: str) -> None:
    """Brings the schema up to date, inside the transaction of `connection`. Raises ArenaError as `version` does."""
    if connection.dialect.name == "postgresql":  # SQLite's write transaction excludes other processes already
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7233)")
    found = version(connection, place)
    if found == 0:
        connection.exec_driver_sql(f"CREATE TABLE {_VERSION_TABLE} (version INTEGER NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO {_VERSION_TABLE} (version) VALUES (0)")  # noqa: S608  # our own name
    for step in MIGRATIONS[found:]:
        step(connection)
    connection.exec_driver_sql(f"UPDATE {_VERSION_TABLE} SET version = {len(MIGRATIONS)}")  # noqa: S608  # our own name
