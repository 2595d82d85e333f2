"""What a worker of a tournament does: loads the game and the entrants once, and plays the matches it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena.cluster import Marker, Report, unmarked
from arena.entrants import load_game
from arena.errors import ArenaError
from arena.match import MatchRecord, described
from arena.playing import is_async, play_match, play_match_async
from arena.registry import extra_plugins, use_plugins
from tournaments.facts import Tournament
from tournaments.lineup import Lineup, load_lineup
from tournaments.schedule import Pairing

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.game import Game

AT_ONCE = 64  # matches that one worker plays at the same time where an entrant is asynchronous


@dataclass(frozen=True)
class Failed:
    """The game itself failed in a match: no entrant's fault."""

    cause: str  # one line


@dataclass(frozen=True)
class Brief:
    """All that a process needs to know to play the matches of a tournament."""

    tournament: Tournament
    identities: tuple[str, ...]  # of the entrants as they are loaded, before equal ones are numbered
    plugins: tuple[str, ...]


def brief(tournament: Tournament, lineup: Lineup) -> Brief:
    """The brief of a tournament for other processes."""
    return Brief(tournament, tuple(entrant.identity for entrant in lineup.entrants), extra_plugins())


def make_player(brief: Brief, marker: Marker) -> Player:
    """A player in a process of its own. Raises ArenaError where an entrant is not what it was in the manager's."""
    use_plugins(brief.plugins)
    tournament = brief.tournament
    game = load_game(tournament.game)
    lineup = load_lineup(game, [one.text for one in tournament.participants], tournament.move_time)
    for entrant, identity in zip(lineup.entrants, brief.identities, strict=True):
        if entrant.identity != identity:
            raise ArenaError(f"{entrant.label} has changed since the tournament was loaded: start it again")
    return Player(tournament, game, lineup, marker)


class Player:
    """Plays matches: one after the other, or many at once where an entrant is asynchronous."""

    def __init__(self, tournament: Tournament, game: Game, lineup: Lineup, marker: Marker) -> None:
        self.tournament, self.game, self.lineup, self.marker = tournament, game, lineup, marker
        self.asynchronous = any(map(is_async, lineup.agents))
        self._spare: list[tuple[Agent, ...]] = []  # twins of all agents, for a match at the same time

    def __call__(self, tasks: Sequence[Pairing], report: Report) -> None:
        """Plays the pairings `tasks`; reports a MatchRecord for each, or Failed."""
        if self.asynchronous:
            asyncio.run(self._play_at_once(tasks, report))
            return
        for place, pairing in enumerate(tasks):
            report(pairing, self._play(place, pairing))

    def _play(self, place: int, pairing: Pairing) -> MatchRecord | Failed:
        try:
            return play_match(self.game, self._seated(pairing, self.lineup.agents), **self._terms(place, pairing))
        except Exception as error:  # an agent's failures are forfeits: whatever comes up to here is the game's
            return Failed(described(error))

    async def _play_at_once(self, tasks: Sequence[Pairing], report: Report) -> None:
        limit = asyncio.Semaphore(AT_ONCE)

        async def play(place: int, pairing: Pairing) -> None:
            async with limit:
                agents = self._spare.pop() if self._spare else tuple(agent.twin() for agent in self.lineup.agents)
                result = await self._play_async(place, pairing, agents)
                self._spare.append(agents)
            report(pairing, result)

        async with asyncio.TaskGroup() as group:
            for place, pairing in enumerate(tasks):
                group.create_task(play(place, pairing))

    async def _play_async(self, place: int, pairing: Pairing, agents: Sequence[Agent]) -> MatchRecord | Failed:
        try:
            return await play_match_async(self.game, self._seated(pairing, agents), **self._terms(place, pairing))
        except Exception as error:  # as in `_play`
            return Failed(described(error))

    def _seated(self, pairing: Pairing, agents: Sequence[Agent]) -> list[Agent]:
        return [agents[entrant] for entrant in pairing.entrants]

    def _terms(self, place: int, pairing: Pairing) -> dict[str, Any]:
        """What `play_match` is told besides the game and the agents."""
        return {
            "seed": pairing.seed,
            "entrants": [self.tournament.participants[entrant].label for entrant in pairing.entrants],
            "seats": pairing.seats,
            "move_time": self.tournament.move_time,
            "mark": None if self.marker is unmarked else lambda seat, ply: self.marker(place, seat, ply),
        }
