"""A leaderboard for people: the table, and the remarks without which it could be misread."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from arena.cli.output import print_table, remark, stdout
from arena.errors import ArenaError
from tournaments.board import BRADLEY_TERRY, FEW_GAMES, NO_GAMES, TEAM_GAME, ZERO, Board, Standing
from tournaments.facts import matches
from tournaments.returns import decimals, half_width, interval_text, mean_text

_SHOWN = 5  # entrants named in one remark
_TEAM = (
    "In a team game every seat gets the team's score: "
    "entrants are ranked by the mean score of the teams they played in."
)
_Columns = dict[str, Callable[[Standing], object]]


def print_board(board: Board) -> None:
    """The table on stdout, the remarks on stderr."""
    columns = _columns(board)
    rows = [[cell(standing) for cell in columns.values()] for standing in board.standings]
    print_table(list(columns), rows, f"{board.game}: {matches(board.matches)}")
    for line in remarks(board):
        remark(line)


def _columns(board: Board) -> _Columns:
    """What each column shows, by its name; `>` aligns to the right."""
    if board.team:
        return _team_columns(board)
    group = {">group": _group} if len(_pools(board)) > 1 else {}
    interval = {">95 % interval": _interval} if board.rating == BRADLEY_TERRY else {}
    return {
        **group,
        ">rank": lambda one: one.rank,
        "entrant": lambda one: one.entrant,
        ">rating": rating_text,
        **interval,
        **_returns(board),
        ">games": lambda one: one.games,
        **_distinct(board),
        ">+": lambda one: one.wins,
        ">=": lambda one: one.draws,
        ">-": lambda one: one.losses,
        ">score": lambda one: f"{100 * one.score:.1f} %" if one.games else "",
        **_remarkable(board),
    }


def _team_columns(board: Board) -> _Columns:
    """Of a team game: nobody wins and nobody is rated, the score is all."""
    digits = decimals(board.standings)
    return {
        ">rank": lambda one: one.rank,
        "entrant": lambda one: one.entrant,
        ">mean return": lambda one: mean_text(one, digits),
        ">95 % interval": lambda one: interval_text(one, digits),
        ">games": lambda one: one.games,
        **_distinct(board),
        **_remarkable(board),
    }


def _returns(board: Board) -> _Columns:
    """Mean and margin in one column: two would leave the names no room on 80 columns."""
    digits = decimals(board.standings)
    return {">mean return": lambda one: _return(one, digits)} if board.payoffs else {}


def _return(standing: Standing, digits: int) -> str:
    half = half_width(standing)
    margin = "" if half is None else f" {_sign('±', '+-')} {half:.{digits}f}"
    return mean_text(standing, digits) + margin


def _distinct(board: Board) -> _Columns:
    repeated = any(one.distinct_games != one.games for one in board.standings)
    return {">distinct": lambda one: one.distinct_games} if repeated else {}


def _remarkable(board: Board) -> _Columns:
    return {"": _words} if any(_words(one) for one in board.standings) else {}


def _pools(board: Board) -> set[int]:
    return {standing.pool for standing in board.standings if standing.pool is not None}


def _group(standing: Standing) -> int | None:
    return None if standing.pool is None else standing.pool + 1


def rating_text(standing: Standing) -> str:
    """`1432`, `(1500)` where that is no estimate, or the bound where there is no finite rating: `≥ 1830`."""
    if standing.rating is not None:
        return f"{standing.rating:.0f}" if standing.estimated else f"({standing.rating:.0f})"
    if standing.low is not None:
        return f"{_sign('≥', '>=')} {standing.low:.0f}"
    return f"{_sign('≤', '<=')} {standing.high:.0f}" if standing.high is not None else ""


def _sign(sign: str, plain: str) -> str:
    """A sign that the terminal's encoding has."""
    return sign if "utf" in stdout().encoding.lower() else plain


def _interval(standing: Standing) -> str:
    if standing.rating is None or standing.low is None or standing.high is None:
        return ""
    return f"{standing.low:.0f} .. {standing.high:.0f}"


def _words(standing: Standing) -> str:
    lost = f"{standing.forfeits} forfeited" if standing.forfeits else ""
    mark = "" if standing.mark == TEAM_GAME else standing.mark  # the remarks say it once
    return ", ".join(filter(None, (mark, lost)))


def remarks(board: Board) -> list[str]:
    """What must be known to read the table rightly, one line each."""
    if board.team:
        return [text for text in (_TEAM, _no_anchor(board), _few_games(board, "means")) if text]
    lines = [_scale(board)]
    if board.first_mover is not None:
        first = board.first_mover
        lines.append(f"Moving first is worth {first.value:+.0f} Elo (95 %: {first.low:+.0f} .. {first.high:+.0f}).")
    if len(_pools(board)) > 1:
        lines.append(f"{len(_pools(board))} groups of entrants never met: ratings compare only within one group.")
    if board.payoffs:
        lines.append(f"Mean returns are shown {_sign('±', '+-')} the half-width of their 95 % interval.")
    lines += [text for text in (_conventional(board), _unbounded(board), _few_games(board, "ratings")) if text]
    return lines


def _no_anchor(board: Board) -> str:
    return f"There is no rating to anchor at {board.anchor}." if board.anchor is not None else ""


def _scale(board: Board) -> str:
    kind = "Bradley-Terry ratings" if board.rating == BRADLEY_TERRY else "Online Elo ratings, which have no intervals"
    if board.anchored:
        return f"{kind}; {board.anchor} is {ZERO:.0f} by definition."
    mean = f"the mean of the rated is {ZERO:.0f}."
    if board.anchor is None:
        return f"{kind}; {mean}"
    return f"{kind}; {board.anchor} cannot be the anchor, having no finite rating itself: {mean}"


def _conventional(board: Board) -> str:
    shown = sorted({rating_text(one) for one in board.standings if one.rating is not None and not one.estimated})
    return f"{', '.join(shown)}: holds the scale of its group, not an estimate." if shown else ""


def _unbounded(board: Board) -> str:
    marked = sorted({one.mark for one in board.standings if one.rating is None} - {"", NO_GAMES})
    if not marked:
        return ""
    signs = f"{_sign('≥', '>=')} or {_sign('≤', '<=')}"
    return f"Entrants marked {' or '.join(marked)} have no finite rating; what is shown with {signs} is a 95 % bound."


def _few_games(board: Board, rough: str) -> str:
    few = [f"{one.entrant} ({one.distinct_games})" for one in board.standings if one.few_games and one.games]
    if not few:
        return ""
    more = f" and {len(few) - _SHOWN} more" if len(few) > _SHOWN else ""
    return f"Fewer than {FEW_GAMES} distinct games: {', '.join(few[:_SHOWN])}{more}. Take their {rough} as rough."


def print_facts(told: dict[str, Any]) -> None:
    """Facts on stdout, one a line; those that say nothing are left out."""
    from rich.table import Table
    from rich.text import Text

    lines = Table.grid(padding=(0, 1))
    lines.add_column(min_width=10)
    lines.add_column(overflow="fold")
    for word, value in told.items():
        text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        if text:
            lines.add_row(word, Text(text))
    stdout().print(lines, "")


def write_csv(board: Board, path: Path) -> None:
    """The rows of `--json` as a CSV file. Raises ArenaError when it cannot be written."""
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [field.name for field in dataclasses.fields(Standing)])
            writer.writeheader()
            writer.writerows(board.as_json())
    except OSError as error:
        raise ArenaError(f"cannot write {path}: {error.strerror}") from error
