"""The arena: where game-playing agents meet, are trained and are measured.

Everything a plugin author imports is here; importing it loads neither torch nor numba nor any game.
"""

from arena.agent import Agent, AgentSpec, Decision, Learner, Progress, State
from arena.config import setting
from arena.errors import ArenaError, Unavailable, UsageError
from arena.game import Game, ParallelView, Symmetry, View
from arena.hookspecs import hookimpl
from arena.python import evaluate, load_agent, load_game, play_match, train, turn_at
from arena.turn import Model, Turn
from arena.waiting import Batcher

__all__ = [
    "Agent",
    "AgentSpec",
    "ArenaError",
    "Batcher",
    "Decision",
    "Game",
    "Learner",
    "Model",
    "ParallelView",
    "Progress",
    "State",
    "Symmetry",
    "Turn",
    "Unavailable",
    "UsageError",
    "View",
    "evaluate",
    "hookimpl",
    "load_agent",
    "load_game",
    "play_match",
    "setting",
    "train",
    "turn_at",
]
