"""What the contract tests share."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np

from arena.agent import Agent, State
from arena.game import Game
from arena.match import Match
from arena.plugins import load_dotted
from arena.seeding import generator
from arena.turn import Turn


def require(holds: bool, complaint: str) -> None:
    """Raises AssertionError with `complaint` unless it holds."""
    if not holds:
        raise AssertionError(complaint)


def resolved(part: Any) -> Any:
    """A part of a spec, imported when it is a text."""
    return load_dotted(part) if isinstance(part, str) else part


def some_action(game: Game, turn: Turn, rng: np.random.Generator) -> Any:
    """Any legal action."""
    if turn.numbered:
        return int(rng.choice(np.flatnonzero(turn.legal)))
    space = game.action_spaces[turn.seat]
    space.seed(int(rng.integers(2**31)))
    return space.sample()


class Uniform(Agent):
    """The opponent of all checks: any legal action."""

    def __init__(self, game: Game) -> None:
        self.game = game

    def act(self, turn: Turn) -> Any:
        return some_action(self.game, turn, self.rng)


class LaterUniform(Uniform):
    """The same opponent, asynchronous: whoever plays at the same time gets his turn in between."""

    async def act(self, turn: Turn) -> Any:
        await asyncio.sleep(0)
        return some_action(self.game, turn, self.rng)


def same_state(one: State, other: State) -> bool:
    """Whether two states hold the same arrays and data, bit for bit."""
    same_arrays = set(one.arrays) == set(other.arrays) and all(
        np.array_equal(array, other.arrays[name]) for name, array in one.arrays.items()
    )
    return same_arrays and one.data == other.data


def some_turn(game: Game, seed: int) -> Turn:
    """A turn somewhere in a random game."""
    rng, match = generator(seed, "turn"), Match(game, seed)
    for _ in range(seed):
        turn = match.turn
        twin = replayed(match)
        twin.play(some_action(game, turn, rng))
        if twin.over:
            break
        match = twin
    return match.turn


def replayed(match: Match) -> Match:
    """A match brought to the same place by the same moves."""
    twin = Match(match.game, match.seed)
    for _, action in match.position.history:
        twin.play(action)
    return twin
