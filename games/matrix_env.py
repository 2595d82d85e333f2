"""Matrix games as PettingZoo parallel envs: all seats choose at once, once or for many rounds."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from gymnasium.spaces import Discrete, MultiDiscrete
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from games.payoffs import Stage

Observations = dict[str, NDArray[np.int64]]


class _Outcome(NamedTuple):
    """All that follows from what was really played in a round."""

    joint: tuple[int, ...]  # the action of each seat
    pairs: tuple[tuple[int, int], ...]  # (seat, action)
    observations: Observations
    rewards: dict[str, float]


class _Outcomes(dict[tuple[int, ...], _Outcome]):
    """Outcome by joint action, made when it is first played: a table may have more of them than are ever played.

    NumPy's integers have the hash of Python's, so that they find what is stored under those.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage

    def __deepcopy__(self, memo: dict[int, Any]) -> _Outcomes:
        return self

    def __missing__(self, asked: tuple[Any, ...]) -> _Outcome:
        joint = tuple(map(operator.index, asked))
        for seat, (action, names) in enumerate(zip(joint, self.stage.actions, strict=True)):
            if not 0 <= action < len(names):
                raise ValueError(f"player_{seat} has the actions 0 to {len(names) - 1}, not {action}")
        rewards = {f"player_{seat}": float(table[joint]) for seat, table in enumerate(self.stage.payoffs)}
        self[joint] = _Outcome(joint, tuple(enumerate(joint)), _seen(joint), rewards)
        return self[joint]


def _seen(joint: tuple[int, ...]) -> Observations:
    """What each seat sees of a round: its own action, then those of the seats after it, round the table."""
    seen = {}
    for seat in range(len(joint)):
        array = np.array(joint[seat:] + joint[:seat], dtype=np.int64)
        array.setflags(write=False)
        seen[f"player_{seat}"] = array
    return seen


@functools.lru_cache(maxsize=64)
def _outcomes(stage: Stage) -> _Outcomes:
    """One table for all envs of a stage game."""
    return _Outcomes(stage)


class MatrixEnv(ParallelEnv):  # type: ignore[misc]  # PettingZoo ships no types
    """A stage game played for at most `rounds` rounds.

    A seat observes what was really played in the last round: int64 [N], its own action first, then those of the seats
    after it, round the table; before the first round every entry is the largest number of actions of any seat.
    `noise` is the probability that a seat's action is replaced by one of its others, each equally likely.
    `continuation` is the probability that the game goes on after a round. All seats terminate together.
    """

    def __init__(self, stage: Stage, rounds: int = 1, noise: float = 0.0, continuation: float = 1.0) -> None:
        self.stage, self.rounds, self.noise, self.continuation = stage, rounds, noise, continuation
        self.metadata = {"name": stage.name, "render_modes": [], "is_parallelizable": True}
        self.render_mode = None
        self.possible_agents = [f"player_{seat}" for seat in range(len(stage.actions))]
        self.agents: list[str] = []
        self.played: list[tuple[int, ...]] = []  # what was really played, one joint action per round
        self.pairs: list[tuple[int, int]] = []  # the same as (seat, action)
        self.np_random: np.random.Generator | None = None
        self._joint = operator.itemgetter(*self.possible_agents)
        self._outcomes = _outcomes(stage)
        most = max(map(len, stage.actions))
        self._start = _seen((most,) * len(stage.actions))
        counts = dict(zip(self.possible_agents, map(len, stage.actions), strict=True))
        self.action_spaces = {name: Discrete(count) for name, count in counts.items()}
        self.observation_spaces = {name: MultiDiscrete([most + 1] * len(counts)) for name in counts}

    def action_space(self, agent: str) -> Discrete:
        return self.action_spaces[agent]

    def observation_space(self, agent: str) -> MultiDiscrete:
        return self.observation_spaces[agent]

    def reset(
        self, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Observations, dict[str, dict[str, Any]]]:
        """Begins a game. Without a seed the random numbers go on where the last game left them."""
        if seed is not None or self.np_random is None:
            self.np_random = np.random.default_rng(seed)
        self.agents = self.possible_agents.copy()
        self.played, self.pairs = [], []
        return self._start.copy(), {name: {} for name in self.agents}

    def step(
        self, actions: Mapping[str, int]
    ) -> tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Plays a round. Raises ValueError for an action that a seat does not have, and when the game is over."""
        if not self.agents:
            raise ValueError("the game is over: call reset")
        outcome = self._outcomes[self._joint(actions)]
        if self.noise:
            outcome = self._outcomes[self._disturbed(outcome.joint)]
        joint, pairs, observations, rewards = outcome
        self.played.append(joint)
        self.pairs.extend(pairs)
        names = self.possible_agents
        over = self._ends()
        if over:
            self.agents = []
        ended, cut = dict.fromkeys(names, over), dict.fromkeys(names, False)
        return observations.copy(), rewards.copy(), ended, cut, {name: {} for name in names}

    def _disturbed(self, joint: tuple[int, ...]) -> tuple[int, ...]:
        """The joint action after noise."""
        rng, played = self.np_random, list(joint)
        assert rng is not None, "step comes after reset"
        for seat, names in enumerate(self.stage.actions):
            if rng.random() < self.noise:
                played[seat] = (played[seat] + 1 + int(rng.integers(len(names) - 1))) % len(names)
        return tuple(played)

    def _ends(self) -> bool:
        if len(self.played) >= self.rounds:
            return True
        if self.continuation >= 1:
            return False
        assert self.np_random is not None, "step comes after reset"
        return bool(self.np_random.random() >= self.continuation)
