"""Where tournaments and their matches are kept: a database, SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Text, func, select, type_coerce

from arena.errors import ArenaError, UsageError, did_you_mean
from arena.match import MatchRecord
from tournaments import schema
from tournaments.connection import connect, default_store, explained, has_secret, writing
from tournaments.facts import Participant, Played, StoredEntrant, StoredMatch, Tournament, match_id, state

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row, Table

_RECORD_FIELDS = tuple(field.name for field in dataclasses.fields(MatchRecord))


class Store:
    """A store that is open; use it in a `with` statement or call `close`."""

    def __init__(self, engine: Engine, place: str, text: str) -> None:
        """`place` is what messages call it, `text` how the user named it."""
        self._engine, self.place, self.text = engine, place, text

    @classmethod
    def open(cls, text: str | None = None, *, create: bool = False) -> Store:
        """The store of a URL or file name (None: ARENA_STORE, else arena.db here), made new only when `create`.

        Raises UsageError for a text that names no database, ArenaError for one that cannot be used.
        """
        text = text or default_store()
        engine, place = connect(text, create=create)
        return cls(engine, place, text)

    @property
    def options(self) -> tuple[str, ...] | None:
        """What a command needs to find this store again: `--store` and its name, or nothing for the default one.

        None where that cannot be shown, because a password is part of it.
        """
        if self.text == default_store():
            return ()
        return None if has_secret(self.text) else ("--store", self.text)

    def close(self) -> None:
        """Frees the connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def add_tournament(self, tournament: Tournament, entrants: Iterable[StoredEntrant]) -> None:
        """Keeps a tournament before its first match, and those of its entrants that are not known yet."""
        with explained(self.place), writing(self._engine) as connection:
            for entrant in entrants:
                connection.execute(self._insert(schema.entrants), dataclasses.asdict(entrant))
            connection.execute(self._insert(schema.tournaments), dataclasses.asdict(tournament))

    def add_matches(self, matches: Sequence[StoredMatch], then: str = "try again") -> None:
        """Keeps matches, all in one transaction; one that is there already stays as it is.

        `then` is what the error of a full disk tells the user to do.
        """
        rows = [_match_row(match) for match in matches]
        with explained(self.place, then), writing(self._engine) as connection:
            connection.execute(self._insert(schema.matches), rows)

    def _insert(self, table: Table) -> Any:
        """INSERT that passes over rows that are there already."""
        from sqlalchemy.dialects import postgresql, sqlite

        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table).on_conflict_do_nothing()

    def _rows(self, query: Select[Any]) -> list[Row[Any]]:
        with explained(self.place), self._engine.connect() as connection:
            return list(connection.execute(query))

    def tournaments(self) -> list[tuple[Tournament, int]]:
        """All tournaments with the number of their matches played, oldest first."""
        table = schema.tournaments
        counted = select(schema.matches.c.tournament, func.count().label("played")).group_by("tournament").subquery()
        query = select(table, func.coalesce(counted.c.played, 0).label("played"))
        joined = query.outerjoin(counted, counted.c.tournament == table.c.id).order_by(table.c.created, table.c.id)
        return [(_tournament(row), row.played) for row in self._rows(joined)]

    def tournament(self, name: str, *, to_resume: bool = False) -> Tournament:
        """The tournament of that id, or the only one of that name. Raises UsageError for none and for more than one.

        Of several of that name, `to_resume` takes the one that is not finished, if there is only one.
        """
        known = self.tournaments()
        found = [one for one, _ in known if one.id == name] or _named(known, name, unfinished=to_resume)
        if len(found) == 1:
            return found[0]
        namesakes = [f"{one.id} {state(one, played)}" for one, played in known if one.name == name != ""]
        if namesakes:
            ids = ", ".join(namesakes)
            raise UsageError(f"{len(namesakes)} tournaments are named {name!r}: choose one by its id ({ids})")
        hint = did_you_mean(name, [one.id for one, _ in known] + [one.name for one, _ in known if one.name])
        raise UsageError(f"no tournament {name!r} in {self.place}.{hint} See 'arena tournament list'.")

    def played(self, tournament: str) -> set[int]:
        """The ordinals of a tournament's stored matches."""
        table = schema.matches
        return {row.ordinal for row in self._rows(select(table.c.ordinal).where(table.c.tournament == tournament))}

    def entrants(self) -> dict[str, StoredEntrant]:
        """All entrants that ever took part, by identity."""
        rows = self._rows(select(schema.entrants))
        return {row.identity: StoredEntrant(**row._asdict()) for row in rows}

    def match(self, tournament: str, ordinal: int) -> StoredMatch | None:
        """One match of a tournament, None where it was not played yet. Raises ArenaError for one that is damaged."""
        id, table = match_id(tournament, ordinal), schema.matches
        try:
            rows = self._rows(select(table).where(table.c.id == id))
            return _stored_match(rows[0]) if rows else None
        except (ValueError, TypeError) as error:  # no JSON, or not what was written as such
            raise ArenaError(f"match {id} in {self.place} is damaged: {' '.join(str(error).split())}") from error

    def matches(self, tournament: str) -> list[StoredMatch]:
        """The matches of a tournament, whole, in schedule order."""
        table = schema.matches
        query = select(table).where(table.c.tournament == tournament).order_by(table.c.ordinal)
        return [_stored_match(row) for row in self._rows(query)]

    def games(self) -> list[tuple[str, str, int]]:
        """(game key, version, matches) of all that was played, the last played first."""
        table = schema.matches
        query = select(table.c.game, table.c.game_version, func.count().label("number"))
        grouped = query.group_by(table.c.game, table.c.game_version).order_by(func.max(table.c.finished).desc())
        return [(row.game, row.game_version, row.number) for row in self._rows(grouped)]

    def results(self, game: str, version: str, tournament: str | None = None) -> list[Played]:
        """What leaderboards need of the matches of a game (and of one tournament), in schedule order."""
        table, owner = schema.matches, schema.tournaments
        query = (
            select(
                table.c.identities,
                table.c.ranks,
                table.c.returns,
                table.c.offenders,
                table.c.ending,
                table.c.seed,
                type_coerce(table.c.moves, Text).label("moves_text"),
                owner.c.stochastic,
                owner.c.simultaneous,
                owner.c.cooperative,
            )
            .join(owner, owner.c.id == table.c.tournament)
            .where(table.c.game == game, table.c.game_version == version)
            .order_by(owner.c.created, owner.c.id, table.c.ordinal)
        )
        if tournament is not None:
            query = query.where(table.c.tournament == tournament)
        return [_played(row) for row in self._rows(query)]


def _named(known: Iterable[tuple[Tournament, int]], name: str, *, unfinished: bool) -> list[Tournament]:
    """The tournaments of that name; of several only the unfinished ones where these are asked for."""
    found = [(one, played) for one, played in known if one.name == name != ""]
    if unfinished and len(found) > 1:
        found = [(one, played) for one, played in found if state(one, played) == "unfinished"]
    return [one for one, _ in found]


def _tournament(row: Row[Any]) -> Tournament:
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(Tournament)}
    fields["participants"] = tuple(Participant(**one) for one in fields["participants"])
    return Tournament(**fields)


def _match_row(match: StoredMatch) -> dict[str, Any]:
    record = {name: getattr(match.record, name) for name in _RECORD_FIELDS}
    own = {"tournament": match.tournament, "ordinal": match.ordinal, "identities": match.identities}
    return {"id": match_id(match.tournament, match.ordinal), "finished": match.finished, **own, **record}


def _stored_match(row: Row[Any]) -> StoredMatch:
    fields = row._asdict()
    record = MatchRecord(**{name: _frozen(fields[name]) for name in _RECORD_FIELDS})
    return StoredMatch(row.tournament, row.ordinal, tuple(row.identities), record, row.finished)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _played(row: Row[Any]) -> Played:
    """Equal moves are one and the same game, unless chance takes part: then only on equal seeds."""
    story = f"{row.moves_text} {row.ranks} {row.seed if row.stochastic else ''}"
    seats = tuple(row.identities), tuple(row.ranks), tuple(row.returns), tuple(row.offenders)
    return Played(*seats, row.ending, story, row.simultaneous, row.cooperative)
