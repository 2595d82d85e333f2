"""The contract suite finds each way of breaking the contract: for every check an agent that fails it."""

import asyncio
import re
from dataclasses import dataclass

import numpy as np
import pytest

from arena import Agent, AgentSpec, Decision, Learner, Progress, State
from arena.testing import check_agent, check_learner


@dataclass(frozen=True)
class Config:
    pass


class Sound(Agent):
    """Keeps the contract: uniform, with a policy and values."""

    def __init__(self, game, config):
        self.game = game

    def act(self, turn):
        return int(self.rng.choice(np.flatnonzero(turn.legal)))

    def policy(self, turns):
        return np.array([turn.legal / turn.legal.sum() for turn in turns])

    def values(self, turn):
        return np.where(turn.legal, 0.0, np.nan)


class RemembersAcrossReset(Sound):
    played = 0

    def act(self, turn):
        self.played += 1
        legal = np.flatnonzero(turn.legal)
        return int(legal[self.played % len(legal)])


class UsesRandomnessOfItsOwn(Sound):
    def act(self, turn):
        return int(np.random.default_rng().choice(np.flatnonzero(turn.legal)))


class IgnoresTheMask(Sound):
    def act(self, turn):
        return 4


class Raises(Sound):
    def act(self, turn):
        raise RuntimeError("nothing comes to mind")


class WritesIntoItsObservation(Sound):
    def act(self, turn):
        turn.observation[...] = 0
        return super().act(turn)


class WritesIntoTheMask(Sound):
    def act(self, turn):
        turn.legal[:] = True
        return super().act(turn)


class PolicyIsNoDistribution(Sound):
    def policy(self, turns):
        return super().policy(turns) / 2


class PolicyPlaysIllegalActions(Sound):
    def policy(self, turns):
        return np.full((len(turns), self.game.n_actions), 1 / self.game.n_actions)


class PolicyHasAnotherShape(Sound):
    def policy(self, turns):
        return super().policy(turns)[:, :3]


class PolicyDependsOnTheBatch(Sound):
    def policy(self, turns):
        rows = super().policy(turns)
        if len(turns) > 1:
            rows[0] = np.eye(len(rows[0]))[turns[0].legal.argmax()]
        return rows


class PolicyChanges(Sound):
    asked = 0

    def policy(self, turns):
        self.asked += 1
        return np.array([np.eye(9)[np.flatnonzero(turn.legal)[self.asked % turn.legal.sum()]] for turn in turns])


class ValuesOfIllegalActions(Sound):
    def values(self, turn):
        return np.zeros(len(turn.legal))


class LearnsWhilePlaying(Sound):
    def __init__(self, game, config):
        super().__init__(game, config)
        self.weights = np.zeros(3)

    def act(self, turn):
        self.weights = self.weights + 1
        return super().act(turn)

    def state(self):
        return State({"weights": self.weights}, {})

    def load(self, state):
        self.weights = state.arrays["weights"]


class SharesItsMemoryWithItsTwin(Sound):
    def __init__(self, game, config):
        super().__init__(game, config)
        self.seen = []

    def reset(self, *, seat, seed):
        super().reset(seat=seat, seed=seed)
        self.seen.clear()

    def act(self, turn):
        self.seen.append(turn.ply)
        return int(np.flatnonzero(turn.legal)[len(self.seen) % turn.legal.sum()])


BROKEN = [
    (SharesItsMemoryWithItsTwin, "a twin that plays at the same time changes its moves"),
    (RemembersAcrossReset, "remembers something across reset, or ignores the seed"),
    (UsesRandomnessOfItsOwn, "remembers something across reset, or ignores the seed"),
    (IgnoresTheMask, "forfeited (illegal move: played 4"),
    (Raises, "forfeited (error: RuntimeError: nothing comes to mind"),
    (WritesIntoItsObservation, "forfeited (error: ValueError: assignment destination is read-only"),
    (WritesIntoTheMask, "forfeited (error: ValueError: assignment destination is read-only"),
    (PolicyIsNoDistribution, "policy is no distribution over the legal actions"),
    (PolicyPlaysIllegalActions, "policy is no distribution over the legal actions"),
    (PolicyHasAnotherShape, "policy has shape (5, 3), not (5, 9)"),
    (PolicyDependsOnTheBatch, "policy depends on the other turns of the batch"),
    (PolicyChanges, "policy answers differently the second time"),
    (ValuesOfIllegalActions, "values must be nan just where illegal"),
    (LearnsWhilePlaying, "playing changed its weights"),
]


def spec(make, **facts):
    return AgentSpec(make.__name__, make=make, config=Config, **facts)


def test_a_sound_agent_passes_at_every_game(tictactoe, connect_four, rps):
    for game in (tictactoe, connect_four, rps):
        check_agent(spec(Sound), game)


@pytest.mark.parametrize(("make", "complaint"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_each_breach_is_found_and_named(make, complaint, tictactoe):
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        check_agent(spec(make), tictactoe)


def test_an_asynchronous_agent_is_held_against_the_same_contract(tictactoe):
    class Later(Sound):
        async def act(self, turn):
            await asyncio.sleep(0)
            return super().act(turn)

    class Confused(SharesItsMemoryWithItsTwin):
        async def act(self, turn):
            await asyncio.sleep(0)
            return super().act(turn)

    check_agent(spec(Later), tictactoe)
    with pytest.raises(AssertionError, match="a twin that plays at the same time"):
        check_agent(spec(Confused), tictactoe)


def test_an_agent_that_says_it_is_not_reproducible_may_be_random(tictactoe):
    check_agent(spec(UsesRandomnessOfItsOwn, reproducible=False), tictactoe)


def test_what_cannot_play_is_said_to(rps):
    with pytest.raises(AssertionError, match="Sound cannot play rps: it needs perfect information"):
        check_agent(spec(Sound, needs=("perfect_information",)), rps)


def test_what_is_no_agent_is_said_to(tictactoe):
    with pytest.raises(AssertionError, match=r"which is no arena\.Agent"):
        check_agent(AgentSpec("thing", make=lambda *_: object(), config=Config), tictactoe)


class Counter(Learner):
    """Learns how many games it saw, and a random number."""

    def __init__(self, game, config, start=None):
        self.game, self.drawn = game, 0.0

    def train(self, budget, pool, rng):
        while not budget.spent(self.games, self.steps):
            self.games += 1
            self.drawn = rng.random()
            if self.games % 10 == 0:
                yield Progress(self.games, self.steps)

    def agent(self):
        frozen = LearnsWhilePlaying(self.game, Config())
        frozen.weights = np.array([self.drawn, self.games, 0.0])
        return frozen

    def state(self):
        return State({"drawn": np.array([self.drawn])}, {"games": self.games, "steps": self.steps})

    def load(self, state):
        self.drawn = float(state.arrays["drawn"][0])
        self.games, self.steps = state.data["games"], state.data["steps"]


class ForgetsItsCount(Counter):
    def load(self, state):
        super().load(state)
        self.games = 0


class SpendsTooMuch(Counter):
    def train(self, budget, pool, rng):
        yield from super().train(budget, pool, rng)
        self.games += 1
        yield Progress(self.games, self.steps)


class StopsTooEarly(Counter):
    def train(self, budget, pool, rng):
        yield next(super().train(budget, pool, rng))


class KeepsRandomnessToItself(Counter):
    def train(self, budget, pool, rng):
        yield from super().train(budget, pool, np.random.default_rng())


class HandsOutItself(Counter):
    def __init__(self, game, config, start=None):
        super().__init__(game, config, start)
        self.only = LearnsWhilePlaying(game, Config())

    def agent(self):
        return self.only

    def train(self, budget, pool, rng):
        for progress in super().train(budget, pool, rng):
            self.only.weights = np.array([self.drawn])
            yield progress


@pytest.mark.parametrize(
    ("learner", "complaint"),
    [
        (ForgetsItsCount, "a resumed training differs from an undisturbed one"),
        (KeepsRandomnessToItself, "a resumed training differs from an undisturbed one"),
        (SpendsTooMuch, "games of a budget of 200"),
        (StopsTooEarly, "played 10 of 200 games"),
        (HandsOutItself, "training on changed an agent that was handed out"),
    ],
)
def test_each_breach_of_a_learner_is_found(learner, complaint, tictactoe):
    with pytest.raises(AssertionError, match=complaint):
        check_learner(AgentSpec("l", make=Sound, config=Config, learner=learner), tictactoe)


def test_a_sound_learner_passes(tictactoe):
    spec = AgentSpec("l", make=Sound, config=Config, learner=Counter)
    check_learner(spec, tictactoe)
    check_learner(spec)


def test_a_decision_counts_like_its_action(tictactoe):
    class Decides(Sound):
        def act(self, turn):
            return Decision(super().act(turn), value=0.0, note={"why": "because"})

    check_agent(spec(Decides), tictactoe)
