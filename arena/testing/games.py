"""The contract of `Game`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from arena.actions import to_env
from arena.game import Game
from arena.match import Match, MatchRecord, verify
from arena.pettingzoo_env import SEEDS
from arena.seeding import generator
from arena.testing.common import require, some_action, some_turn
from arena.testing.models import check_model
from arena.turn import Turn


def check_game(game: Game, games: int = 100) -> None:
    """Plays `games` seeded random games and holds every fact that `game` states against them.

    Raises AssertionError.
    """
    require(game.n_players >= 1, f"{game.key}: nobody plays")
    keys: dict[Hashable, tuple[int, bytes]] = {}
    for seed in range(games):
        moves = _check_random_game(game, seed)
        _check_against_reference(game, seed, moves)
        if seed < 10:
            _check_no_chance(game, seed, moves)
            _check_simultaneous(game, seed, moves)
            check_model(game, seed, moves)
            _check_symmetries(game, seed, moves)
            _check_keys(game, seed, moves, keys)
    _check_names(game)


def _check_random_game(game: Game, seed: int) -> list[Any]:
    """Plays one game; returns its moves."""
    rng, match = generator(seed, "game"), Match(game, seed)
    where, seen = f"{game.key}, seed {seed}", set()
    while not match.over:
        turn = match.turn
        seen.add(turn.seat)
        _check_turn(game, turn, where)
        match.play(some_action(game, turn, rng))
    record = match.record
    require(record.ending == "finished", f"{where}: ended with {record.ending!r} after {len(record.moves)} plies")
    require(seen <= set(range(game.n_players)), f"{where}: seats {seen} moved")
    _check_returns(game, record, where)
    require(not verify(record, game), f"{where}: does not replay: {verify(record, game)}")
    return list(record.moves)


def _check_turn(game: Game, turn: Turn, where: str) -> None:
    if not turn.numbered:
        require(not game.numbered, f"{where}: no mask, though actions are numbered")
        return
    require(turn.legal.shape == (game.action_spaces[turn.seat].n,), f"{where}: the mask has shape {turn.legal.shape}")  # type: ignore[attr-defined]  # Discrete
    require(turn.legal.dtype == np.bool_ and bool(turn.legal.any()), f"{where}: no action is legal at ply {turn.ply}")
    require(not turn.legal.flags.writeable, f"{where}: an agent can change the mask")
    if isinstance(turn.observation, np.ndarray):
        require(not turn.observation.flags.writeable, f"{where}: an agent can change the observation")
    if not game.history_of:
        hidden = turn.ply - len(turn.history)
        fits = 0 <= hidden < game.n_players if game.simultaneous else hidden == 0
        require(fits, f"{where}: the history at ply {turn.ply} has {len(turn.history)} entries")
    require((turn.model is not None) == game.has_model, f"{where}: a model is offered and not there, or the reverse")


def _check_returns(game: Game, record: MatchRecord, where: str) -> None:
    low, high = game.return_range
    inside = all(low <= value <= high for value in record.returns)
    require(inside, f"{where}: returns {record.returns} lie outside {game.return_range}")
    if game.zero_sum:
        require(abs(sum(record.returns)) < 1e-9, f"{where}: returns {record.returns} do not sum to 0")
    if game.cooperative:
        require(len(set(record.returns)) == 1, f"{where}: returns {record.returns} differ in a cooperative game")


def _check_against_reference(game: Game, seed: int, moves: list[Any]) -> None:
    """PettingZoo's own loop, with its wrappers, its dead steps and `last()`, must give the same returns."""
    env = game.make_env()
    env.reset(seed=seed % SEEDS)
    returns = dict.fromkeys(env.possible_agents, 0.0)
    left = list(moves)
    for name in env.agent_iter():
        _, reward, terminated, truncated, _ = env.last()
        returns[name] += reward
        env.step(None if terminated or truncated else to_env(env.action_space(name), left.pop(0)))
    env.close()
    match = Match(game, seed)
    for action in moves:
        match.play(action)
    require(not left, f"{game.key}, seed {seed}: PettingZoo's loop ends {len(left)} moves earlier")
    same = np.allclose(list(returns.values()), match.record.returns)
    require(same, f"{game.key}, seed {seed}: returns {match.record.returns}, by PettingZoo's loop {returns}")


def _check_no_chance(game: Game, seed: int, moves: list[Any]) -> None:
    """Unless the game is said to be stochastic, another seed changes nothing."""
    if game.stochastic:
        return
    match, other = Match(game, seed), Match(game, seed + 1)
    for action in moves:
        same = np.array_equal(match.turn.observation, other.turn.observation)
        same = same and np.array_equal(match.turn.legal, other.turn.legal)
        require(same, f"{game.key}: at ply {match.position.ply} seeds {seed} and {seed + 1} differ: it is stochastic")
        match.play(action)
        other.play(action)
    require(other.over and other.record.returns == match.record.returns, f"{game.key}: the seed changes the returns")


def _check_simultaneous(game: Game, seed: int, moves: list[Any]) -> None:
    """In a simultaneous game nothing shows of a move before its round is finished."""
    if not (game.simultaneous and game.numbered):
        return
    match = Match(game, seed)
    for ply, action in enumerate(moves):
        legal = np.flatnonzero(match.turn.legal)
        pending = (ply + 1) % game.n_players != 0
        twin = Match(game, seed)
        for earlier in moves[:ply]:
            twin.play(earlier)
        match.play(action)
        twin.play(int(legal[0] if legal[0] != action else legal[-1]))
        if pending:
            one, other = match.turn, twin.turn
            same = np.array_equal(one.observation, other.observation) and one.text == other.text
            require(same, f"{game.key}, seed {seed}, ply {ply + 1}: the pending move shows: it is not simultaneous")


def _check_symmetries(game: Game, seed: int, moves: list[Any]) -> None:
    """The image of a game, move by move, is a game whose observations are the images, with the same returns."""
    for number, symmetry in enumerate(game.symmetries):
        where = f"{game.key}, seed {seed}, symmetry {number}"
        match, image = Match(game, seed), Match(game, seed)
        for action in moves:
            seen = np.asarray(match.turn.observation).reshape(-1)[symmetry.observation]
            same = np.array_equal(np.asarray(image.turn.observation).reshape(-1), seen)
            require(same, f"{where}: the observation at ply {match.position.ply} is not the image")
            require(
                np.array_equal(image.turn.legal[symmetry.actions], match.turn.legal), f"{where}: the mask is no image"
            )
            match.play(action)
            image.play(int(symmetry.actions[action]))
        require(image.over and image.record.returns == match.record.returns, f"{where}: the returns differ")


def _check_keys(game: Game, seed: int, moves: list[Any], known: dict[Hashable, tuple[int, bytes]]) -> None:
    """Positions that share a key have the same mover and the same legal moves; `known` holds those seen so far."""
    if not game.position_key:
        return
    match = Match(game, seed)
    for ply, action in enumerate(moves):
        here = (match.turn.seat, match.turn.legal.tobytes())
        key = game.position_key(match.position.env.unwrapped)
        same = known.setdefault(key, here) == here
        require(same, f"{game.key}, seed {seed}, ply {ply}: the key of another position, with another mover or mask")
        match.play(action)


def _check_names(game: Game) -> None:
    """Each legal action's name and number mean that action."""
    if not game.numbered:
        return
    for seed in range(5):
        turn = some_turn(game, seed)
        for action in np.flatnonzero(turn.legal).tolist():
            name = turn.name(action)
            require(turn.parse(name) == action, f"{game.key}: {name!r} names action {action} but is read as another")
            require(turn.parse(str(action)) == action, f"{game.key}: the number {action} is read as another action")
        require(bool(turn.text.strip()), f"{game.key}: the text of a position is empty")
