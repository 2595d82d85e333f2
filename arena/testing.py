"""The contract tests that every built-in passes, for authors of plugins too.

    from arena import load_game
    from arena.testing import check_agent
    def test_mine():
        check_agent(MY_SPEC, load_game("tictactoe"))

Each check raises AssertionError with a sentence that says what is broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from arena.agent import Agent, AgentSpec, HasPolicy, HasState, HasValues, Learner, State, why_not
from arena.config import make_config
from arena.game import Game, Turn
from arena.match import Match, MatchRecord, verify
from arena.playing import play_match
from arena.plugins import load_dotted
from arena.seeding import derive, generator
from arena.selfplay import Budget, Pool

__all__ = ["check_agent", "check_game", "check_learner"]


def _require(holds: bool, complaint: str) -> None:
    if not holds:
        raise AssertionError(complaint)


def _resolved(part: Any) -> Any:
    return load_dotted(part) if isinstance(part, str) else part


class _Uniform(Agent):
    """The opponent of all checks: any legal action."""

    def act(self, turn: Turn) -> int:
        return int(self.rng.choice(np.flatnonzero(turn.legal)))


# ------------------------------------------------------------------------------------------------- agents


def check_agent(
    spec: AgentSpec, game: Game, settings: Mapping[str, Any] | None = None, games: int = 3, train_games: int = 200
) -> None:
    """Holds an agent against the contract of `Agent` in every seat of `game`.

    A learner is first trained for `train_games` games. Raises AssertionError; also when the spec says that the agent
    cannot play the game.
    """
    reason = why_not(spec, game)
    _require(reason is None, f"{spec.id} cannot play {game.key}: {reason}")
    config = make_config(_resolved(spec.config), settings or {}, spec.id)
    state = _trained_state(spec, game, config, train_games) if spec.learner else None

    def make() -> Agent:
        agent: Agent = _resolved(spec.make)(game, config)
        _require(isinstance(agent, Agent), f"{spec.id}: make returned {agent!r}, which is no arena.Agent")
        if state is not None and isinstance(agent, HasState):
            agent.load(state)
        return agent

    for seat in range(game.n_players):
        for number in range(games):
            _check_matches(spec, game, make, seat, derive(number, "check", seat))
    _check_opinions(spec, game, make())


def _trained_state(spec: AgentSpec, game: Game, config: Any, games: int) -> State | None:
    learner: Learner = _resolved(spec.learner)(game, config)
    for _ in learner.train(Budget(games=games), Pool(), generator(0, "check")):
        pass
    agent = learner.agent()
    return agent.state() if isinstance(agent, HasState) else None


def _play(game: Game, agent: Agent, seat: int, seed: int) -> MatchRecord:
    seated: list[Agent] = [_Uniform() for _ in range(game.n_players)]
    seated[seat] = agent
    return play_match(game, seated, seed)


def _check_matches(spec: AgentSpec, game: Game, make: Any, seat: int, seed: int) -> None:
    agent = make()
    before = agent.state() if isinstance(agent, HasState) else None
    first = _play(game, agent, seat, seed)
    where = f"{spec.id} at {game.key}, seat {seat}, seed {seed}"
    _require(seat not in first.offenders, f"{where}: forfeited ({first.ending}: {first.cause})")
    _require(not verify(first, game), f"{where}: its record does not replay: {verify(first, game)}")
    if spec.reproducible:
        _play(game, agent, seat, derive(seed, "other"))
        again = _play(game, agent, seat, seed)
        _require(again.moves == first.moves, f"{where}: remembers something across reset, or ignores the seed")
        fresh = _play(game, make(), seat, seed)
        _require(fresh.moves == first.moves, f"{where}: two agents with one seed play different moves")
    if before is not None:
        _require(_same(before, agent.state()), f"{where}: playing changed its weights")
    agent.close()


def _same(one: State, other: State) -> bool:
    same_arrays = set(one.arrays) == set(other.arrays) and all(
        np.array_equal(array, other.arrays[name]) for name, array in one.arrays.items()
    )
    return same_arrays and one.data == other.data


def _check_opinions(spec: AgentSpec, game: Game, agent: Agent) -> None:
    """`policy` is a distribution over the legal actions and a pure function; `values` are nan where illegal."""
    turns = [_turn(game, seed) for seed in range(5)]
    legal = np.array([turn.legal for turn in turns])
    if isinstance(agent, HasPolicy):
        rows = agent.policy(turns)
        _require(rows.shape == legal.shape, f"{spec.id}: policy has shape {rows.shape}, not {legal.shape}")
        sound = (rows >= 0).all() and not rows[~legal].any() and np.allclose(rows.sum(axis=1), 1)
        _require(bool(sound), f"{spec.id}: policy is no distribution over the legal actions")
        _require(np.allclose(rows, agent.policy(turns)), f"{spec.id}: policy answers differently the second time")
        single = np.concatenate([agent.policy([turn]) for turn in turns])
        _require(np.allclose(rows, single, atol=1e-5), f"{spec.id}: policy depends on the other turns of the batch")
    if isinstance(agent, HasValues):
        for turn in turns:
            values = agent.values(turn)
            _require(bool((np.isnan(values) == ~turn.legal).all()), f"{spec.id}: values must be nan just where illegal")


def _turn(game: Game, seed: int) -> Turn:
    """A turn somewhere in a random game."""
    rng, match = generator(seed, "turn"), Match(game, seed)
    for _ in range(seed):
        turn = match.turn
        twin = _replayed(match)
        twin.play(int(rng.choice(np.flatnonzero(turn.legal))))
        if twin.over:
            break
        match = twin
    return match.turn


def _replayed(match: Match) -> Match:
    twin = Match(match.game, match.seed)
    for _, action in match.position.history:
        twin.play(action)
    return twin


# -------------------------------------------------------------------------------------------------- games


def check_game(game: Game, games: int = 100) -> None:
    """Plays `games` seeded random games and holds every fact that `game` states against them.

    Raises AssertionError.
    """
    _require(game.n_players >= 1, f"{game.key}: nobody plays")
    for seed in range(games):
        moves = _check_random_game(game, seed)
        _check_against_reference(game, seed, moves)
        if seed < 10:
            _check_model(game, seed, moves)
            _check_symmetries(game, seed, moves)
    _check_names(game)


def _check_random_game(game: Game, seed: int) -> list[int]:
    """Plays one game; returns its moves."""
    rng, match = generator(seed, "game"), Match(game, seed)
    where, seen = f"{game.key}, seed {seed}", set()
    while not match.over:
        turn = match.turn
        seen.add(turn.seat)
        _check_turn(game, turn, where)
        match.play(int(rng.choice(np.flatnonzero(turn.legal))))
    record = match.record
    _require(record.ending == "finished", f"{where}: ended with {record.ending!r} after {len(record.moves)} plies")
    _require(seen <= set(range(game.n_players)), f"{where}: seats {seen} moved")
    _check_returns(game, record, where)
    _require(not verify(record, game), f"{where}: does not replay: {verify(record, game)}")
    return list(record.moves)


def _check_turn(game: Game, turn: Turn, where: str) -> None:
    _require(turn.legal.shape == (game.n_actions,), f"{where}: the mask has shape {turn.legal.shape}")
    _require(turn.legal.dtype == np.bool_ and bool(turn.legal.any()), f"{where}: no action is legal at ply {turn.ply}")
    _require(not turn.legal.flags.writeable, f"{where}: an agent can change the mask")
    if isinstance(turn.observation, np.ndarray):
        _require(not turn.observation.flags.writeable, f"{where}: an agent can change the observation")
    expected = turn.ply - turn.ply % game.n_players if game.simultaneous else turn.ply
    _require(len(turn.history) == expected, f"{where}: the history at ply {turn.ply} has {len(turn.history)} entries")
    _require((turn.model is not None) == game.has_model, f"{where}: a model is offered and not there, or the reverse")


def _check_returns(game: Game, record: MatchRecord, where: str) -> None:
    low, high = game.return_range
    inside = all(low <= value <= high for value in record.returns)
    _require(inside, f"{where}: returns {record.returns} lie outside {game.return_range}")
    if game.zero_sum:
        _require(abs(sum(record.returns)) < 1e-9, f"{where}: returns {record.returns} do not sum to 0")
    if game.cooperative:
        _require(len(set(record.returns)) == 1, f"{where}: returns {record.returns} differ in a cooperative game")


def _check_against_reference(game: Game, seed: int, moves: list[int]) -> None:
    """PettingZoo's own loop, with its wrappers, its dead steps and `last()`, must give the same returns."""
    env = game.make_env()
    env.reset(seed=seed % 2**32)
    returns = dict.fromkeys(env.possible_agents, 0.0)
    left = list(moves)
    for name in env.agent_iter():
        _, reward, terminated, truncated, _ = env.last()
        returns[name] += reward
        env.step(None if terminated or truncated else left.pop(0))
    env.close()
    match = Match(game, seed)
    for action in moves:
        match.play(action)
    _require(not left, f"{game.key}, seed {seed}: PettingZoo's loop ends {len(left)} moves earlier")
    same = np.allclose(list(returns.values()), match.record.returns)
    _require(same, f"{game.key}, seed {seed}: returns {match.record.returns}, by PettingZoo's loop {returns}")


def _check_model(game: Game, seed: int, moves: list[int]) -> None:
    """A model brought forward by the moves says at each ply what the match says, and leaves the match alone."""
    if not game.has_model:
        return
    match = Match(game, seed)
    model = match.turn.model
    for ply, action in enumerate(moves):
        where = f"{game.key}, seed {seed}, ply {ply}"
        turn = match.turn
        _require(model is not None and not model.terminal, f"{where}: the model has ended, the game has not")
        assert model is not None
        _require(model.to_move == turn.seat, f"{where}: the model has seat {model.to_move} to move, not {turn.seat}")
        _require(np.array_equal(model.legal, turn.legal), f"{where}: the model's mask differs")
        seen = model.observe(turn.seat)
        _require(np.array_equal(seen, turn.observation), f"{where}: the model's observation differs")
        fresh = turn.model
        _require(fresh is not None and fresh.key(turn.seat) == model.key(turn.seat), f"{where}: keys differ")
        twin = model.clone()
        twin.apply(int(np.flatnonzero(turn.legal)[-1]))
        _require(np.array_equal(model.observe(turn.seat), seen), f"{where}: a clone is not independent")
        _require(np.array_equal(match.turn.observation, turn.observation), f"{where}: a model changed the match")
        model.apply(action)
        match.play(action)
    assert model is not None
    _require(model.terminal, f"{game.key}, seed {seed}: the game has ended, the model has not")
    same = np.allclose(model.returns, match.record.returns)
    _require(same, f"{game.key}, seed {seed}: the model's returns {model.returns} differ")


def _check_symmetries(game: Game, seed: int, moves: list[int]) -> None:
    """The image of a game, move by move, is a game whose observations are the images, with the same returns."""
    for number, symmetry in enumerate(game.symmetries):
        where = f"{game.key}, seed {seed}, symmetry {number}"
        match, image = Match(game, seed), Match(game, seed)
        for action in moves:
            seen = np.asarray(match.turn.observation).reshape(-1)[symmetry.observation]
            same = np.array_equal(np.asarray(image.turn.observation).reshape(-1), seen)
            _require(same, f"{where}: the observation at ply {match.position.ply} is not the image")
            _require(
                np.array_equal(image.turn.legal[symmetry.actions], match.turn.legal), f"{where}: the mask is no image"
            )
            match.play(action)
            image.play(int(symmetry.actions[action]))
        _require(image.over and image.record.returns == match.record.returns, f"{where}: the returns differ")


def _check_names(game: Game) -> None:
    """Each legal action's name and number mean that action."""
    for seed in range(5):
        turn = _turn(game, seed)
        for action in np.flatnonzero(turn.legal).tolist():
            name = turn.name(action)
            _require(turn.parse(name) == action, f"{game.key}: {name!r} names action {action} but is read as another")
            _require(turn.parse(str(action)) == action, f"{game.key}: the number {action} is read as another action")
        _require(bool(turn.text.strip()), f"{game.key}: the text of a position is empty")


# ----------------------------------------------------------------------------------------------- learners


def check_learner(spec: AgentSpec, game: Game, settings: Mapping[str, Any] | None = None, games: int = 200) -> None:
    """Holds a learner against the contract of `Learner`: exact resume, budget, and frozen agents.

    Raises AssertionError.
    """
    config = make_config(_resolved(spec.config), settings or {}, spec.id)

    def learn(learner: Learner, until: int, rng: np.random.Generator) -> Learner:
        for progress in learner.train(Budget(games=until), Pool(), rng):
            _require(progress.games <= until, f"{spec.id}: played {progress.games} games of a budget of {until}")
        return learner

    make = _resolved(spec.learner)
    whole = learn(make(game, config), games, generator(1, "check"))
    _require(whole.games == games, f"{spec.id}: played {whole.games} of {games} games")
    rng = generator(1, "check")
    half = learn(make(game, config), games // 2, rng)
    frozen = half.agent()
    weights = frozen.state() if isinstance(frozen, HasState) else None
    resumed = make(game, config)
    resumed.load(half.state())
    twin = np.random.Generator(np.random.PCG64())
    twin.bit_generator.state = rng.bit_generator.state
    learn(resumed, games, twin)
    _require(_same(whole.state(), resumed.state()), f"{spec.id}: a resumed training differs from an undisturbed one")
    learn(half, games, rng)
    if weights is not None and isinstance(frozen, HasState):
        _require(_same(weights, frozen.state()), f"{spec.id}: training on changed an agent that was handed out")
