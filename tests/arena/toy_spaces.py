"""Small parallel environments in which the seats differ: in their spaces, and in what they are shown."""

from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box, Discrete, MultiBinary, MultiDiscrete
from pettingzoo import ParallelEnv

from arena import Game


class Chooser(ParallelEnv):
    """Two rounds; each seat chooses from a space of its own and is paid the sum of what it chose.

    A seat sees its own last choice, summed up, and nothing of the others.
    """

    metadata: ClassVar = {"name": "chooser_v0", "render_modes": []}
    spaces: ClassVar = {"a": Discrete(2), "b": Discrete(3)}
    rounds: ClassVar = 2
    render_mode = None

    def __init__(self):
        self.possible_agents = list(self.spaces)
        self.got = []  # what `step` was given

    def observation_space(self, agent):
        return Box(-np.inf, np.inf, (1,), np.float64)

    def action_space(self, agent):
        return self.spaces[agent]

    def reset(self, seed=None, options=None):
        self.agents, self.got = self.possible_agents[:], []
        return {agent: np.zeros(1) for agent in self.agents}, {agent: {} for agent in self.agents}

    def step(self, actions):
        self.got.append(dict(actions))
        sums = {agent: float(np.sum(action)) for agent, action in actions.items()}
        seen, infos = {agent: np.array([total]) for agent, total in sums.items()}, {agent: {} for agent in actions}
        over = dict.fromkeys(actions, len(self.got) == self.rounds)
        if len(self.got) == self.rounds:
            self.agents = []
        return seen, sums, over, dict.fromkeys(actions, False), infos

    def close(self):
        """Nothing is held."""


class CountsFromFive(Chooser):
    """Discrete spaces that do not begin at 0."""

    spaces: ClassVar = {"a": Discrete(3, start=5), "b": Discrete(2, start=-1)}


class OfAllKinds(Chooser):
    """A seat for each kind of space whose actions are numbers."""

    spaces: ClassVar = {
        "number": Discrete(4),
        "box": Box(-1, 1, (2,), np.float32),
        "table": Box(0, 9, (2, 2), np.float64),
        "single": Box(0, 1, (), np.float64),
        "whole": Box(-3, 3, (1,), np.int8),
        "several": MultiDiscrete([3, 4]),
        "bits": MultiBinary(3),
        "endless": Box(-np.inf, np.inf, (1,), np.float64),
    }


GOOD = {  # for each seat of `OfAllKinds`: what it may return, and how that is stored
    "number": (np.int64(3), 3),
    "box": (np.array([0.1, -1.0]), (float(np.float32(0.1)), -1.0)),
    "table": ([[0, 1], [2.5, 9]], ((0.0, 1.0), (2.5, 9.0))),
    "single": (0.25, 0.25),
    "whole": ([-3], (-3,)),
    "several": (np.array([2, 3]), (2, 3)),
    "bits": ((1, 0, True), (1, 0, 1)),
    "endless": ([1e300], (1e300,)),
}
BAD = {  # what it may not
    "number": [4, -1, 1.0, "1", [1], True],
    "box": [
        [0.1],
        [0.1, 1.1],
        [float("nan"), 0],
        ["0.1", "0.2"],
        "0.1",
        0.1,
        [[0.1, 0.1]],
        [None, 0],
        {0: 1},
        object(),
    ],
    "table": [[0, 1, 2, 3], [[0, 1], [2, 10]], [[0, 1], [2]]],
    "single": [[0.25], 1.5, "0.25", float("inf")],
    "whole": [[0.5], [4], [256], [np.int64(253)], [True, False]],
    "several": [[3, 0], [0], [1.5, 0], [-1, 0], [2**63, 0], np.array([2**32, 0])],
    "bits": [[0, 1], [0, 1, 2], [0.5, 0, 0]],
    "endless": [[float("inf")], [float("-inf")], [float("nan")], [10**400], []],
}


class Privately(ParallelEnv):
    """Each seat is shown a card of its own each round; who shows the higher choice is paid by nobody in particular."""

    metadata: ClassVar = {"name": "privately_v0", "render_modes": []}
    possible_agents: ClassVar = ["a", "b", "c"]
    render_mode = None

    def observation_space(self, agent):
        return Discrete(100)

    def action_space(self, agent):
        return Discrete(3)

    def _deal(self):
        self.cards = {agent: int(self.rng.integers(100)) for agent in self.possible_agents}
        masks = {
            agent: {"action_mask": np.array([1, card % 2, 1], dtype=np.int8)} for agent, card in self.cards.items()
        }
        return {agent: np.array(card) for agent, card in self.cards.items()}, masks

    def reset(self, seed=None, options=None):
        self.agents, self.round, self.rng = self.possible_agents[:], 0, np.random.default_rng(seed)
        return self._deal()

    def step(self, actions):
        self.round += 1
        over = dict.fromkeys(self.agents, self.round == 4)
        rewards = {agent: float(action) for agent, action in actions.items()}
        if self.round == 4:
            self.agents = []
        seen, infos = self._deal()
        return seen, rewards, over, dict.fromkeys(over, False), infos

    def close(self):
        """Nothing is held."""


def game(env_class, **facts) -> Game:
    return Game(env_class.__name__.lower(), make=env_class, simultaneous=True, return_range=(-2e300, 2e300), **facts)
