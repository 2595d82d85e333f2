"""What is seen while a tournament runs: a live table on a terminal, two plain lines elsewhere. All on stderr."""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from arena.cli.output import remark, stderr, table
from arena.ratings.elo import INITIAL, Update, updater
from tournaments.facts import Played, Tournament, matches
from tournaments.tally import Tally, outcomes

_RATED = (">", "entrant", ">Elo", ">games", ">+", ">=", ">-", ">score")
_TEAM = (">", "entrant", ">mean return", ">games")

if TYPE_CHECKING:
    from arena.match import MatchRecord
    from tournaments.runner import Event, OnMatch


@dataclass
class Progress:
    """Counts and online Elo so far, kept up to date match by match; of a team game its mean returns."""

    tournament: Tournament
    played: int = 0  # matches, those of earlier sittings included
    counts: dict[str, Tally] = field(default_factory=dict)
    elo: dict[str, float] = field(default_factory=dict)
    update: Update = field(default_factory=updater)

    def take(self, match: Played) -> None:
        """Counts one match."""
        self.played += 1
        for seat, label in enumerate(match.identities):
            self.counts.setdefault(label, Tally()).add(seat, match)
        for game in outcomes([match]):
            first, second = self.elo.get(game.first, INITIAL), self.elo.get(game.second, INITIAL)
            self.elo[game.first], self.elo[game.second] = self.update(first, second, game.score)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `rows`."""
        return _TEAM if self.tournament.cooperative else _RATED

    def rows(self) -> list[tuple[object, ...]]:
        """The present table, the highest Elo or mean return first."""
        order = sorted(self.tournament.participants, key=lambda one: self._worth(one.identity), reverse=True)
        return [(place, one.label, *self._cells(one.identity)) for place, one in enumerate(order, 1)]

    def _worth(self, identity: str) -> float:
        if not self.tournament.cooperative:
            return self.elo.get(identity, INITIAL)
        mean = self.counts.get(identity, Tally()).mean_return
        return -math.inf if mean is None else mean

    def _cells(self, identity: str) -> tuple[object, ...]:
        count = self.counts.get(identity, Tally())
        if self.tournament.cooperative:
            return "" if count.mean_return is None else f"{count.mean_return:+z.2f}", count.games
        score = f"{100 * count.score:.1f} %" if count.games else ""
        elo = f"{self.elo.get(identity, INITIAL):.0f}"
        return elo, count.games, count.wins, count.draws, count.losses, score


@contextlib.contextmanager
def shown(event: Event, earlier: list[Played]) -> Iterator[OnMatch]:
    """Shows a tournament while it is played; gives the function to be called with each match.

    `earlier` are the matches of earlier sittings. A player at the terminal gets no live table: it would write over
    the questions.
    """
    progress = Progress(event.tournament)
    for match in earlier:
        progress.take(match)
    live = sys.stderr.isatty() and not event.lineup.interactive
    with _live(progress) if live else _plain(progress):
        yield lambda record: progress.take(_as_played(event.tournament, record))


def _as_played(tournament: Tournament, record: MatchRecord) -> Played:
    identities = {one.label: one.identity for one in tournament.participants}
    seated = tuple(identities[label] for label in record.seated)
    return Played(seated, record.ranks, record.returns, record.offenders, record.ending, "")


@contextlib.contextmanager
def _plain(progress: Progress) -> Iterator[None]:
    tournament, began, before = progress.tournament, time.monotonic(), progress.played
    left = f", {before:,} of them played before" if before else ""
    entrants = f"{len(tournament.participants)} entrants"
    remark(f"tournament {tournament.id}: {matches(tournament.planned)} of {tournament.game}, {entrants}{left}")
    yield
    seconds = time.monotonic() - began
    remark(f"tournament {tournament.id}: played {matches(progress.played - before)} in {seconds:.1f} s")


@contextlib.contextmanager
def _live(progress: Progress) -> Iterator[None]:
    from rich.live import Live

    bar = _bar(progress)
    picture = lambda: _picture(progress, bar)  # noqa: E731  # rich asks for a function
    with Live(get_renderable=picture, console=stderr(), refresh_per_second=4, transient=True):
        yield


def _bar(progress: Progress) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"), TimeRemainingColumn())
    bars = Bars(*columns, console=stderr())
    bars.add_task("", total=progress.tournament.planned, completed=progress.played, speed="")
    return bars


def _picture(progress: Progress, bar: Any) -> Any:
    from rich.console import Group

    task = bar.tasks[0]
    bar.update(task.id, completed=progress.played, speed=f"{task.speed or 0:.1f} matches/s")
    title = f"{progress.tournament.game}, tournament {progress.tournament.id}"
    return Group(table(progress.columns, progress.rows(), title), bar)
