"""The tables of the store as the newest migration leaves them (a test compares the two)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Double, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator


class Json(TypeDecorator[Any]):
    """JSON in a text column: the same in every database, numbers exact, nan and odd characters kept.

    What agents remark may hold more than JSON knows: NumPy's numbers and arrays become plain, all else its `str`.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str:
        return json.dumps(value, separators=(",", ":"), default=_plain, skipkeys=True)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return json.loads(value)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


metadata = MetaData()

entrants = Table(
    "entrants",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("settings", Json, nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("reproducible", Boolean, nullable=False),
    Column("move_time", Double),
)

tournaments = Table(
    "tournaments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("game", Text, nullable=False),
    Column("game_version", Text, nullable=False),
    Column("stochastic", Boolean, nullable=False),
    Column("format", Text, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("move_time", Double),
    Column("created", Text, nullable=False),
    Column("planned", Integer, nullable=False),
    Column("participants", Json, nullable=False),
    Column("simultaneous", Boolean, nullable=False),
    Column("cooperative", Boolean, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("tournament", Text, ForeignKey("tournaments.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("identities", Json, nullable=False),
    Column("finished", Text, nullable=False),
    Column("game", Text, nullable=False),
    Column("game_version", Text, nullable=False),
    Column("entrants", Json, nullable=False),
    Column("seats", Json, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("moves", Json, nullable=False),
    Column("times", Json, nullable=False),
    Column("values", Json, nullable=False),
    Column("notes", Json, nullable=False),
    Column("returns", Json, nullable=False),
    Column("ranks", Json, nullable=False),
    Column("ending", Text, nullable=False),
    Column("offenders", Json, nullable=False),
    Column("cause", Json, nullable=False),
)
