"""The contract of `Model`: it says what the match says, and knows nothing that its seat cannot know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from arena.env_model import EnvModel
from arena.game import Game
from arena.match import Match
from arena.seeding import generator
from arena.testing.common import require
from arena.turn import Model, Turn

_DRAWS = 8
_PLACES = 4  # of one game at which worlds are drawn and played to their end


def check_model(game: Game, seed: int, moves: Sequence[int]) -> None:
    """Holds the models of one game against the match. Raises AssertionError."""
    if game.has_model:
        check = _check_exact if game.perfect_information and game.deterministic else _check_fair
        check(game, seed, moves)


def _check_exact(game: Game, seed: int, moves: Sequence[int]) -> None:
    """A model brought forward by the moves says at each ply what the match says, and leaves the match alone."""
    match = Match(game, seed)
    model = match.turn.model
    assert model is not None
    for ply, action in enumerate(moves):
        where = f"{game.key}, seed {seed}, ply {ply}"
        turn = match.turn
        require(not model.terminal, f"{where}: the model has ended, the game has not")
        _check_same(model, turn, where)
        fresh = turn.model
        require(fresh is not None and fresh.key(turn.seat) == model.key(turn.seat), f"{where}: keys differ")
        twin = model.clone()
        twin.apply(int(np.flatnonzero(turn.legal)[-1]))
        _check_same(model, turn, f"{where}, after a clone moved")
        require(np.array_equal(match.turn.observation, turn.observation), f"{where}: a model changed the match")
        model.apply(action)
        match.play(action)
    require(model.terminal, f"{game.key}, seed {seed}: the game has ended, the model has not")
    same = np.allclose(model.returns, match.record.returns)
    require(same, f"{game.key}, seed {seed}: the model's returns {model.returns} differ")


def _check_same(model: Model, turn: Turn, where: str) -> None:
    require(model.to_move == turn.seat, f"{where}: the model has seat {model.to_move} to move, not {turn.seat}")
    require(np.array_equal(model.legal, turn.legal), f"{where}: the model's mask differs")
    require(_equal(model.observe(turn.seat), turn.observation), f"{where}: the model's observation differs")


def _check_fair(game: Game, seed: int, moves: Sequence[int]) -> None:
    """What is drawn for a seat follows from what it knows: other truths that look the same give the same worlds."""
    match = Match(game, seed)
    varied = game.perfect_information or game.simultaneous  # the arena draws pending choices itself
    places = set(np.linspace(0, len(moves) - 1, _PLACES).astype(int).tolist())
    for ply, action in enumerate(moves):
        if ply in places:
            _check_worlds(match, f"{game.key}, seed {seed}, ply {ply}")
            varied = varied or _varies(match.turn)
        match.play(action)
    require(varied, f"{game.key}, seed {seed}: the model draws nothing: all its worlds are the same")


def _varies(turn: Turn) -> bool:
    """Whether the worlds drawn for a seat, played on in the same way, are not all the same."""
    model = turn.model
    assert model is not None
    stories = [_story(model.sample(generator(number)), generator(4)) for number in range(_DRAWS)]
    return not all(_equal(story, stories[0]) for story in stories)


def _check_worlds(match: Match, where: str) -> None:
    turn, truth = match.turn, EnvModel(match.position)
    model = turn.model
    assert model is not None
    worlds = [model, model.sample(generator(1)), model.sample(generator(2))]
    for world in worlds:
        _check_same(world, turn, where)
        same = world.key(turn.seat) == truth.key(turn.seat)
        require(same, f"{where}: what seat {turn.seat} knows differs between the worlds drawn for it")
    stories = [_story(world.sample(generator(3)), generator(4)) for world in (truth, *worlds)]
    for story in stories[1:]:
        require(
            _equal(story, stories[0]),
            f"{where}: the model knows more than seat {turn.seat}: truths that look alike to it give different worlds",
        )
    require(_equal(match.turn.observation, turn.observation), f"{where}: a model changed the match")


def _story(model: Model, rng: np.random.Generator) -> list[Any]:
    """A random game from here on: all that anybody sees of it."""
    seats, story = range(len(model.returns)), []
    while not model.terminal:
        story.append((model.to_move, model.legal, [model.observe(seat) for seat in seats]))
        model.apply(int(rng.choice(np.flatnonzero(model.legal))))
    return [*story, model.returns]


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict):
        return set(one) == set(other) and all(_equal(one[name], other[name]) for name in one)
    return bool(np.array_equal(one, other))
