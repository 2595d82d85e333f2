"""Tabular Q-learning by self-play (Watkins 1989), with the target of alternating zero-sum games.

What is best for the next mover is worst for this one: y = -max_a' Q(s', a') (negamax), or the return at the end of
the game; discount 1. Littman (1994) has the general form. Two refinements, each a setting:

- afterstates (Sutton and Barto 2018, section 6.8): actions that lead to the same position share one value;
- symmetries: positions that a symmetry of the game maps to each other share one value.

A game's moves are learnt from last to first, so that one game carries its result back to its start.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.ties import uniform_over_best
from arena import Agent, Decision, Game, Learner, Model, Progress, State, Turn, setting
from arena.selfplay import Budget, Pool
from arena.symmetry import Canonical
from arena.trees import TreeModel

Key = tuple[bytes, int]  # the observation of whoever moves (next), and the action, -1 for an afterstate
REPORT = 20  # games between two records of progress


@dataclass(frozen=True)
class Config:
    """How to learn."""

    learning_rate: float = setting(0.5, low=1e-6, high=1, help="share of the error that is corrected at once")
    epsilon: float = setting(1.0, low=0, high=1, help="share of random moves at the start")
    epsilon_end: float = setting(0.2, low=0, high=1, help="share of random moves in the end")
    epsilon_games: int = setting(
        20_000, low=1, high=10**12, help="games over which epsilon falls from one to the other"
    )
    afterstates: bool = setting(True, help="value the position after an action rather than the action")
    symmetries: bool = setting(True, help="let symmetric positions share a value")


@dataclass(frozen=True, slots=True)
class Choice:
    """A legal action: where its value is stored, or its value where the game ends with it."""

    action: int
    key: Key | None
    outcome: float = 0.0


class Choices:
    """Finds the choices of a position; this is where the two refinements live."""

    def __init__(self, game: Game, config: Config) -> None:
        self.canonical = Canonical(game.symmetries if config.symmetries else ())
        self.afterstates = config.afterstates
        self._known: dict[Hashable, list[Choice]] = {}

    def of(self, model: Model) -> list[Choice]:
        """One `Choice` for each legal action of the seat to move; remembered for the nodes of a compiled tree."""
        if not isinstance(model, TreeModel):
            return self._find(model)
        if model.node not in self._known:
            self._known[model.node] = self._find(model)
        return self._known[model.node]

    def _find(self, model: Model) -> list[Choice]:
        legal = np.flatnonzero(model.legal).tolist()
        if self.afterstates:
            return [self._afterstate(model, action) for action in legal]
        seen, image = self.canonical.name(model.observe(model.to_move))
        return [Choice(action, (seen, self.canonical.image_of(action, image))) for action in legal]

    def _afterstate(self, model: Model, action: int) -> Choice:
        mover, after = model.to_move, model.clone()
        after.apply(action)
        if after.terminal:
            return Choice(action, None, float(after.returns[mover]))
        seen, _ = self.canonical.name(after.observe(after.to_move))
        return Choice(action, (seen, -1))


def values_of(choices: Sequence[Choice], table: Mapping[Key, float]) -> list[float]:
    """The value of each choice for the mover; 0 where nothing was learnt yet."""
    return [table.get(choice.key, 0.0) if choice.key else choice.outcome for choice in choices]


class QAgent(Agent):
    """Plays the action of the highest value; equals are drawn."""

    def __init__(
        self, game: Game, config: Config, table: Mapping[Key, float] | None = None, choices: Choices | None = None
    ) -> None:
        self.game = game
        self.choices = choices or Choices(game, config)
        self.table = dict(table or {})

    def act(self, turn: Turn) -> Decision:
        values = self.values(turn)
        share = uniform_over_best(values)
        action = int(self.rng.choice(len(share), p=share))
        return Decision(action, value=float(values[action]), policy=share.tolist())

    def values(self, turn: Turn) -> NDArray[np.float64]:
        """float64 [A]: the learnt value of each action, nan where illegal."""
        model = turn.model
        assert model is not None  # the spec needs a model
        choices = self.choices.of(model)
        values = np.full(len(turn.legal), np.nan)
        values[[choice.action for choice in choices]] = values_of(choices, self.table)
        return values

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, A]: uniform over the actions of the highest value."""
        return np.array([uniform_over_best(self.values(turn)) for turn in turns])

    def state(self) -> State:
        """The table as arrays: keys uint8 [n, size], actions int32 [n], values float64 [n]."""
        return _table_state(self.table)

    def load(self, state: State) -> None:
        """Takes over a table. Raises ValueError when it is none, or not of this game."""
        self.table = _read_table(state, self.game)


class QLearner(Learner):
    """Both seats learn one table."""

    def __init__(self, game: Game, config: Config, start: Agent | None = None) -> None:
        if start is not None:
            raise ValueError("q-learning begins from an empty table, not from another agent")
        self.game, self.config = game, config
        self.choices = Choices(game, config)
        self.table: dict[Key, float] = {}

    @property
    def epsilon(self) -> float:
        """The share of random moves now."""
        done = min(1.0, self.games / self.config.epsilon_games)
        return self.config.epsilon + done * (self.config.epsilon_end - self.config.epsilon)

    def train(self, budget: Budget, pool: Pool, rng: np.random.Generator) -> Iterator[Progress]:
        start = _start(self.game)
        while not budget.spent(self.games, self.steps):
            self._play_and_learn(start.clone(), rng)
            self.games += 1
            if self.games % REPORT == 0 or budget.spent(self.games, self.steps):
                yield Progress(self.games, self.steps, {"epsilon": self.epsilon, "table": len(self.table)})

    def _play_and_learn(self, model: Model, rng: np.random.Generator) -> None:
        taken: list[tuple[Key, int]] = []  # what was played, and by whom
        after: list[list[Choice]] = []  # the choices of the next mover, one entry behind `taken`
        while not model.terminal:
            choices = self.choices.of(model)
            after.append(choices)
            choice = self._explore(choices, rng)
            taken.append((choice.key or _END, model.to_move))
            model.apply(choice.action)
        self._learn(taken, after, model.returns)
        self.steps += len(taken)

    def _explore(self, choices: list[Choice], rng: np.random.Generator) -> Choice:
        if rng.random() < self.epsilon:
            return choices[int(rng.integers(len(choices)))]
        values = values_of(choices, self.table)
        best = max(values)
        ties = [choice for choice, value in zip(choices, values, strict=True) if value == best]
        return ties[int(rng.integers(len(ties)))] if len(ties) > 1 else ties[0]

    def _learn(self, taken: list[tuple[Key, int]], after: list[list[Choice]], returns: NDArray[np.float64]) -> None:
        for step in reversed(range(len(taken))):
            key, mover = taken[step]
            if key is _END:  # an afterstate that ends the game is worth its outcome: nothing to learn
                continue
            if step + 1 == len(taken):
                target = float(returns[mover])
            else:
                best = max(values_of(after[step + 1], self.table))
                target = best if taken[step + 1][1] == mover else -best
            old = self.table.get(key, 0.0)
            self.table[key] = old + self.config.learning_rate * (target - old)

    def agent(self) -> QAgent:
        return QAgent(self.game, self.config, self.table, self.choices)

    def state(self) -> State:
        table = _table_state(self.table)
        return State(table.arrays, {"games": self.games, "steps": self.steps})

    def load(self, state: State) -> None:
        self.table = _read_table(state, self.game)
        self.games, self.steps = int(state.data["games"]), int(state.data["steps"])


_END: Key = (b"", -2)


def _start(game: Game) -> Model:
    """A model of the start: the compiled tree where there is one, else the game's own."""
    from arena import turn_at

    if game.tree is not None:
        return game.tree.start()
    model = turn_at(game, []).model
    assert model is not None  # the spec needs a model
    return model


def _table_state(table: Mapping[Key, float]) -> State:
    size = len(next(iter(table))[0]) if table else 0
    seen = np.frombuffer(b"".join(key for key, _ in table), dtype=np.uint8).reshape(len(table), size)
    arrays: dict[str, NDArray[Any]] = {
        "observations": seen,
        "actions": np.array([action for _, action in table], dtype=np.int32),
        "values": np.array(list(table.values()), dtype=np.float64),
    }
    return State(arrays, {})


def _read_table(state: State, game: Game) -> dict[Key, float]:
    from arena import turn_at

    arrays = state.arrays
    missing = {"observations", "actions", "values"} - set(arrays)
    if missing:
        raise ValueError(f"the table has no {sorted(missing)[0]}")
    seen, size = arrays["observations"], np.asarray(turn_at(game, []).observation).nbytes
    if len(seen) and seen.shape[1] != size:
        raise ValueError(f"its positions have {seen.shape[1]} bytes, those of {game.key} have {size}")
    rows = [row.tobytes() for row in arrays["observations"]]
    keys = zip(rows, arrays["actions"].tolist(), strict=True)
    return dict(zip(keys, arrays["values"].tolist(), strict=True))
