"""Small games and agents to play tournaments with, and planted matches to rate."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from gymnasium.spaces import Discrete
from pettingzoo import AECEnv

from arena import Agent, AgentSpec, Decision, Game
from arena.match import MatchRecord
from arena.plugins import PluginInfo
from arena.registry import Registered, registry
from tournaments.facts import Participant, StoredEntrant, StoredMatch, Tournament
from tournaments.store import Store


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, with no store named by the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARENA_STORE", raising=False)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite:///arena.db", create=True) as opened:
        yield opened


class Auction(AECEnv):
    """Each player names a number from 0 to 2, once; what one gets is the number less the mean of all."""

    metadata = {"name": "auction"}  # noqa: RUF012  # PettingZoo's own way

    def __init__(self, players: int, fails: Callable[[], bool]) -> None:
        super().__init__()
        self.possible_agents = [f"player_{number}" for number in range(players)]
        self.fails = fails

    def action_space(self, agent: str) -> Discrete:
        return Discrete(3)

    def observation_space(self, agent: str) -> Discrete:
        return Discrete(4)

    def observe(self, agent: str) -> np.ndarray:
        return np.array(len(self.named))

    def reset(self, seed: int | None = None, options: Any = None) -> None:
        self.agents = list(self.possible_agents)
        self.agent_selection = self.agents[0]
        self.named: list[int] = []
        self.rewards = self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos = {agent: {} for agent in self.agents}

    def step(self, action: int) -> None:
        if self.fails():
            raise RuntimeError("the table\nis on fire")
        self.named.append(int(action))
        if len(self.named) == len(self.possible_agents):
            mean = sum(self.named) / len(self.named)
            self.rewards = {a: n - mean for a, n in zip(self.possible_agents, self.named, strict=True)}
            self.terminations = dict.fromkeys(self.agents, True)
        else:
            self.agent_selection = self.possible_agents[len(self.named)]


class Always(Agent):
    """Names one number, with a remark of some length."""

    def __init__(self, game: Game, config: Any) -> None:
        self.config = config

    def act(self, turn: Any) -> Decision:
        return Decision(self.config.number, note={"why": "x" * self.config.talk} if self.config.talk else {})


@dataclasses.dataclass(frozen=True)
class AlwaysConfig:
    number: int = 0
    talk: int = 0


@pytest.fixture
def auction(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Game]:
    """Registers the game `auction` for some players; `fails()` says when its env breaks down."""

    def add(players: int = 2, fails: Callable[[], bool] = lambda: False, **facts: Any) -> Game:
        game = Game("auction", make=lambda: Auction(players, fails), return_range=(-2, 2), max_plies=9, **facts)
        monkeypatch.setitem(registry().games, "auction", Registered(game, PluginInfo("tests", "1", "module")))
        spec = AgentSpec("always", make=Always, config=AlwaysConfig)
        monkeypatch.setitem(registry().agents, "always", Registered(spec, PluginInfo("tests", "1", "module")))
        return game

    return add


def _tournament(id: str = "aaaa1111", labels: tuple[str, ...] = ("a", "b"), **fields: Any) -> Tournament:
    participants = tuple(Participant(label, f"{label}-identity", label) for label in labels)
    known = {"name": "", "game": "toy", "game_version": "1", "stochastic": False, "format": "round-robin"}
    known |= {"rounds": 1, "seed": 0, "move_time": None, "created": f"2026-01-01T00:00:00+00:00 {id}", "planned": 2}
    return Tournament(id=id, participants=participants, **{**known, **fields})


@pytest.fixture
def make_tournament() -> Callable[..., Tournament]:
    return _tournament


def _record(seated: tuple[str, ...], ranks: tuple[int, ...], moves: tuple[int, ...], **fields: Any) -> MatchRecord:
    known = {"game": "toy", "game_version": "1", "entrants": seated, "seats": tuple(range(len(seated))), "seed": 1}
    known |= {"moves": moves, "times": (0.5,) * len(moves), "values": (None,) * len(moves)}
    known |= {"notes": ({},) * len(moves), "ranks": ranks, "ending": "finished"}
    known["returns"] = tuple(1.0 if rank == 1 else -1.0 for rank in ranks)
    return MatchRecord(**{**known, **fields})


@pytest.fixture
def make_record() -> Callable[..., MatchRecord]:
    return _record


@pytest.fixture
def plant(store: Store) -> Callable[..., None]:
    """Stores a tournament with matches `(first, second, score of the first, moves)` between labels."""

    def add(
        games: list[tuple[str, str, float, tuple[int, ...]]],
        id: str = "aaaa1111",
        labels: Mapping[str, str] = MappingProxyType({}),  # where they are not the names of the entrants
        returns: Sequence[tuple[float, float]] = (),  # of each match, where they are not 1 and -1
        **fields: Any,
    ) -> Tournament:
        names = tuple(dict.fromkeys(name for first, second, *_ in games for name in (first, second)))
        tournament = _tournament(id, names, **{"planned": len(games), **fields})
        shown = {name: labels.get(name, name) for name in names}
        stored = [StoredEntrant(f"{name}-identity", shown[name], name, "x", "1", {}, "", True, None) for name in names]
        store.add_tournament(tournament, stored)
        matches = []
        for ordinal, (first, second, score, moves) in enumerate(games):
            ranks = {1: (1, 2), 0: (2, 1), 0.5: (1, 1)}[score]
            own = {"game": tournament.game, "game_version": tournament.game_version, "seed": ordinal}
            paid = {"returns": returns[ordinal]} if returns else {}
            record = _record((first, second), ranks, moves, **own, **paid)
            seated = (f"{first}-identity", f"{second}-identity")
            matches.append(StoredMatch(id, ordinal, seated, record, f"2026-01-01T00:00:{ordinal:06d}"))
        store.add_matches(matches)
        return tournament

    return add
