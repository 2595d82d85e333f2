"""What PettingZoo asks of every env in which two seats move one at a time, written once for both games."""

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from gymnasium.spaces import Discrete, Space
from pettingzoo import AECEnv


class TwoSeatEnv(AECEnv):  # type: ignore[misc]  # PettingZoo ships no types
    """A zero-sum game in turns, begun by `player_0`; a game only says how it begins and what a move does."""

    metadata: ClassVar[dict[str, Any]] = {"name": "two_seats_v0", "render_modes": [], "is_parallelizable": False}

    def __init__(self, n_actions: int, observation: Space[Any]) -> None:
        self.possible_agents = ["player_0", "player_1"]
        self.render_mode = None
        self.action_spaces = {name: Discrete(n_actions) for name in self.possible_agents}
        self.observation_spaces = dict.fromkeys(self.possible_agents, observation)
        self.np_random = np.random.default_rng()

    @abstractmethod
    def begin(self) -> None:
        """Sets up the first position; chance is drawn from `np_random`."""

    @abstractmethod
    def play(self, seat: int, action: int) -> float | None:
        """Plays a move; what `player_0` wins by it (`player_1` loses as much), None while the game goes on."""

    @property
    def mover(self) -> int:
        """The seat on move."""
        return self.possible_agents.index(self.agent_selection)

    def action_space(self, agent: str) -> Space[Any]:
        return self.action_spaces[agent]

    def observation_space(self, agent: str) -> Space[Any]:
        return self.observation_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        if seed is not None:
            self.np_random = np.random.default_rng(seed)
        self.agents = self.possible_agents.copy()
        self.agent_selection = self.agents[0]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos: dict[str, dict[str, Any]] = {name: {} for name in self.agents}
        self.begin()

    def step(self, action: int | None) -> None:
        name = self.agent_selection
        if action is None or self.terminations[name]:  # after the end PettingZoo's loop takes each seat out by a None
            self._was_dead_step(action)
            return
        self._cumulative_rewards[name] = 0.0
        self._clear_rewards()
        seat = self.mover
        won = self.play(seat, int(action))
        if won is not None:
            self.rewards = {"player_0": won, "player_1": -won}
            self.terminations = dict.fromkeys(self.agents, True)
        self.agent_selection = self.possible_agents[1 - seat]
        self._accumulate_rewards()

    def close(self) -> None:
        """Nothing is held."""
