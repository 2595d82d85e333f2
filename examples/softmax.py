"""Softmax over fixed scores: a complete agent plugin."""

from dataclasses import dataclass

import numpy as np

from arena import Agent, AgentSpec, Game, Turn, hookimpl


@dataclass(frozen=True)
class Config:
    temperature: float = 1.0  # > 0; lower is greedier


class Softmax(Agent):
    def __init__(self, game: Game, config: Config) -> None:
        self.scores = np.linspace(0, 1, game.n_actions) / config.temperature

    def act(self, turn: Turn) -> int:
        weight = np.exp(self.scores) * turn.legal
        return int(self.rng.choice(len(weight), p=weight / weight.sum()))


@hookimpl
def register_agents() -> list[AgentSpec]:
    return [AgentSpec("softmax", make=Softmax, config=Config)]
