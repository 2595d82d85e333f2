"""Stored matches changed behind the arena's back."""

import json

from sqlalchemy import Text, type_coerce

from tournaments import schema
from tournaments.facts import match_id


def spoil(store, tournament, ordinal, column, value):
    """Writes a text into a column of a match, as no arena would."""
    table = schema.matches
    values = {table.c[column]: type_coerce(value, Text)}
    with store._engine.begin() as connection:
        done = connection.execute(table.update().where(table.c.id == match_id(tournament, ordinal)).values(values))
    assert done.rowcount == 1


def change(store, tournament, ordinal, column, what):
    """Replaces a value of a match by `what(value)`."""
    record = next(match.record for match in store.matches(tournament) if match.ordinal == ordinal)
    spoil(store, tournament, ordinal, column, json.dumps(what(list(getattr(record, column)))))
