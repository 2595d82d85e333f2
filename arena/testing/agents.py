"""The contract of `Agent`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from arena.agent import Agent, AgentSpec, HasPolicy, HasState, HasValues, Learner, State, why_not
from arena.config import make_config
from arena.game import Game
from arena.match import MatchRecord, verify
from arena.playing import play_match, play_match_async
from arena.seeding import derive, generator
from arena.selfplay import Budget, Pool
from arena.testing.common import LaterUniform, Uniform, require, resolved, same_state, some_turn


def check_agent(
    spec: AgentSpec, game: Game, settings: Mapping[str, Any] | None = None, games: int = 3, train_games: int = 200
) -> None:
    """Holds an agent against the contract of `Agent` in every seat of `game`.

    A learner is first trained for `train_games` games. Raises AssertionError; also when the spec says that the agent
    cannot play the game.
    """
    reason = why_not(spec, game)
    require(reason is None, f"{spec.id} cannot play {game.key}: {reason}")
    config = make_config(resolved(spec.config), settings or {}, spec.id)
    state = _trained_state(spec, game, config, train_games) if spec.learner else None

    def make() -> Agent:
        agent: Agent = resolved(spec.make)(game, config)
        require(isinstance(agent, Agent), f"{spec.id}: make returned {agent!r}, which is no arena.Agent")
        if state is not None and isinstance(agent, HasState):
            agent.load(state)
        return agent

    for seat in range(game.n_players):
        for number in range(games):
            _check_matches(spec, game, make, seat, derive(number, "check", seat))
    _check_twins(spec, game, make)
    _check_opinions(spec, game, make())


def _trained_state(spec: AgentSpec, game: Game, config: Any, games: int) -> State | None:
    learner: Learner = resolved(spec.learner)(game, config)
    for _ in learner.train(Budget(games=games), Pool(), generator(0, "check")):
        pass
    agent = learner.agent()
    return agent.state() if isinstance(agent, HasState) else None


def _play(game: Game, agent: Agent, seat: int, seed: int) -> MatchRecord:
    seated: list[Agent] = [Uniform(game) for _ in range(game.n_players)]
    seated[seat] = agent
    return play_match(game, seated, seed)


def _check_matches(spec: AgentSpec, game: Game, make: Any, seat: int, seed: int) -> None:
    agent = make()
    before = agent.state() if isinstance(agent, HasState) else None
    first = _play(game, agent, seat, seed)
    where = f"{spec.id} at {game.key}, seat {seat}, seed {seed}"
    require(seat not in first.offenders, f"{where}: forfeited ({first.ending}: {first.cause})")
    require(not verify(first, game), f"{where}: its record does not replay: {verify(first, game)}")
    if spec.reproducible:
        _play(game, agent, seat, derive(seed, "other"))
        again = _play(game, agent, seat, seed)
        require(again.moves == first.moves, f"{where}: remembers something across reset, or ignores the seed")
        fresh = _play(game, make(), seat, seed)
        require(fresh.moves == first.moves, f"{where}: two agents with one seed play different moves")
    if before is not None:
        require(same_state(before, agent.state()), f"{where}: playing changed its weights")
    agent.close()


def _check_twins(spec: AgentSpec, game: Game, make: Callable[[], Agent]) -> None:
    """An agent and its twin, in two matches that go on by turns, play as each of them would alone."""
    if not spec.reproducible or game.n_players < 2:
        return
    agent = make()
    twins, seeds = (agent, agent.twin()), (derive(0, "twin"), derive(1, "twin"))

    async def together() -> list[MatchRecord]:
        others = [[LaterUniform(game) for _ in range(game.n_players - 1)] for _ in twins]
        pairs = zip(twins, others, seeds, strict=True)
        return await asyncio.gather(*(play_match_async(game, [twin, *rest], seed) for twin, rest, seed in pairs))

    for seed, record in zip(seeds, asyncio.run(together()), strict=True):
        same = record.moves == _play(game, make(), 0, seed).moves
        require(same, f"{spec.id} at {game.key}: a twin that plays at the same time changes its moves: see Agent.twin")


def _check_opinions(spec: AgentSpec, game: Game, agent: Agent) -> None:
    """`policy` is a distribution over the legal actions and a pure function; `values` are nan where illegal."""
    turns = [some_turn(game, seed) for seed in range(5)]
    legal = np.array([turn.legal for turn in turns])
    if isinstance(agent, HasPolicy):
        rows = agent.policy(turns)
        require(rows.shape == legal.shape, f"{spec.id}: policy has shape {rows.shape}, not {legal.shape}")
        sound = (rows >= 0).all() and not rows[~legal].any() and np.allclose(rows.sum(axis=1), 1)
        require(bool(sound), f"{spec.id}: policy is no distribution over the legal actions")
        require(np.allclose(rows, agent.policy(turns)), f"{spec.id}: policy answers differently the second time")
        single = np.concatenate([agent.policy([turn]) for turn in turns])
        require(np.allclose(rows, single, atol=1e-5), f"{spec.id}: policy depends on the other turns of the batch")
    if isinstance(agent, HasValues):
        for turn in turns:
            values = agent.values(turn)
            require(bool((np.isnan(values) == ~turn.legal).all()), f"{spec.id}: values must be nan just where illegal")
