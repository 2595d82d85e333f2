"""Small PettingZoo environments, each with one property that the classics here do not have."""

from typing import ClassVar

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete
from pettingzoo import AECEnv, ParallelEnv

from arena import Game


class Toy(AECEnv):
    """A base of the toys: seats `a`, `b`, ... move in turn; `rules` says what an action does."""

    metadata: ClassVar = {"name": "toy_v0", "render_modes": []}

    def __init__(self, n_players=2, n_actions=3):
        self.possible_agents = list("abcd"[:n_players])
        self.n_actions = n_actions
        self.render_mode = None

    def action_space(self, agent):
        return Discrete(self.n_actions)

    def observation_space(self, agent):
        return Box(0, 100, (1,), np.float32)

    def observe(self, agent):
        return np.array([self.count], dtype=np.float32)

    def reset(self, seed=None, options=None):
        self.agents = self.possible_agents[:]
        self.count = 0
        self.rewards = dict.fromkeys(self.agents, 0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self.infos = {agent: {} for agent in self.agents}
        self.agent_selection = self.agents[0]

    def step(self, action):
        mover = self.agent_selection
        if self.terminations[mover] or self.truncations[mover]:
            return self._was_dead_step(action)
        self._cumulative_rewards[mover] = 0
        self._clear_rewards()
        self.count += 1
        order = self.possible_agents
        self.agent_selection = order[(order.index(mover) + 1) % len(order)]
        self.rules(mover, action)
        self._accumulate_rewards()
        if self.agents and any(self.terminations.values()):
            self._deads_step_first()
        return None

    def rules(self, mover, action):
        """Changes rewards, terminations and truncations after an action."""

    def close(self):
        """Nothing is held."""


class DropOut(Toy):
    """Three seats: `b` leaves after its first move with 5 points; `a` and `c` share the rest after move six."""

    def __init__(self):
        super().__init__(n_players=3)

    def rules(self, mover, action):
        if mover == "b":
            self.rewards["b"] = 5
            self.terminations["b"] = True
        if self.agent_selection not in self.agents or self.terminations.get(self.agent_selection):
            self.agent_selection = "c" if mover != "c" else "a"
        if self.count >= 6:
            self.rewards = {agent: (1 if agent == "a" else -1 if agent == "c" else 0) for agent in self.agents}
            if "b" in self.agents and self.count > 2:
                self.rewards["b"] = 0
            self.terminations = dict.fromkeys(self.agents, True)


class Endless(Toy):
    """A game that nobody ends."""


class MaskInInfo(Toy):
    """The mask lies in `infos`; only the action of the number of moves so far (modulo 3) is legal. Ends after three."""

    def reset(self, seed=None, options=None):
        super().reset(seed, options)
        self._mask()

    def _mask(self):
        for agent in self.agents:
            self.infos[agent] = {"action_mask": np.eye(3, dtype=np.int8)[self.count % 3]}

    def rules(self, mover, action):
        self._mask()
        if self.count == 3:
            self.truncations = dict.fromkeys(self.agents, True)
            self.rewards = {"a": 2, "b": -2}


class PaidEveryStep(Toy):
    """Each move pays the mover its action and the other one half of it; ends by truncation after four moves."""

    def rules(self, mover, action):
        other = "b" if mover == "a" else "a"
        self.rewards = {mover: float(action), other: action / 2}
        if self.count == 4:
            self.truncations = dict.fromkeys(self.agents, True)


class ObserverSeesMoversMask(Toy):
    """Every seat is given the mover's mask, as RLCard's games do."""

    def observation_space(self, agent):
        return Dict({"observation": Box(0, 100, (1,), np.float32), "action_mask": Box(0, 1, (3,), np.int8)})

    def observe(self, agent):
        mask = np.array([1, 0, 0] if self.agent_selection == "a" else [0, 1, 1], dtype=np.int8)
        return {"observation": super().observe(agent), "action_mask": mask}

    def rules(self, mover, action):
        if self.count == 2:
            self.terminations = dict.fromkeys(self.agents, True)


class Whisper(Toy):
    """An AEC env whose seats choose at the same time, it says, though each is shown what was chosen before it."""

    metadata: ClassVar = {"name": "whisper_v0", "render_modes": [], "is_parallelizable": True}

    def reset(self, seed=None, options=None):
        super().reset(seed, options)
        self.chosen = []

    def observe(self, agent):
        return np.array([sum(self.chosen)], dtype=np.float32)

    def rules(self, mover, action):
        self.chosen.append(action)
        if self.count == 4:
            self.truncations = dict.fromkeys(self.agents, True)
            self.rewards = {"a": self.chosen[0], "b": self.chosen[1]}


class Pennies(ParallelEnv):
    """Three rounds of matching pennies, both seats at once."""

    metadata: ClassVar = {"name": "pennies_v0"}
    possible_agents: ClassVar = ["even", "odd"]
    render_mode = None

    def observation_space(self, agent):
        return Discrete(4)

    def action_space(self, agent):
        return Discrete(2)

    def reset(self, seed=None, options=None):
        self.agents, self.round = self.possible_agents[:], 0
        return dict.fromkeys(self.agents, np.array(0)), {agent: {} for agent in self.agents}

    def step(self, actions):
        self.round += 1
        worth = 1 if actions["even"] == actions["odd"] else -1
        over = dict.fromkeys(self.agents, self.round == 3)
        seen, infos = dict.fromkeys(self.agents, np.array(self.round)), {agent: {} for agent in self.agents}
        rewards = {"even": worth, "odd": -worth}
        if self.round == 3:
            self.agents = []
        return seen, rewards, over, dict.fromkeys(over, False), infos

    def close(self):
        """Nothing is held."""


def game(env_class, **facts) -> Game:
    return Game(env_class.__name__.lower(), make=env_class, **facts)
