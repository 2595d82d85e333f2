"""The loop around a learner: it evaluates, logs, saves, stops and resumes.

Everything random in the training comes from one generator that is saved with each checkpoint; evaluations draw from
seeds of their own, so that looking at a run does not change it.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena.agent import HasPolicy, HasState, Learner, Progress
from arena.config import make_config
from arena.entrants import load_game, warn_of_other_version
from arena.errors import ArenaError, UsageError
from arena.limits import check_seed
from arena.registry import fit, registry
from arena.seeding import derive, generator
from arena.selfplay.budget import Budget
from arena.selfplay.interrupt import interrupt_deferred
from arena.selfplay.pool import Pool
from arena.selfplay.run_folder import RunFolder, RunInfo
from arena.selfplay.target import Target

if TYPE_CHECKING:
    import numpy as np

    from arena.game import Game

EVALUATE_EVERY = 1000  # games between two evaluations
EVALUATION_GAMES = 20  # against `random`
SAVE_SECONDS = 5.0  # between two checkpoints; saving changes nothing of the training

Watcher = Callable[["Training"], None]


@dataclass
class Training:
    """How far a training has come; the object that `arena train --json` prints."""

    run: str
    agent: str
    game: str
    games: int = 0
    steps: int = 0
    seconds: float = 0.0  # of this call
    metrics: dict[str, float] = field(default_factory=dict)  # the learner's now, the others of the latest evaluation
    share: float = 0.0  # of the budget that is used
    reached: bool = False  # the target

    def as_json(self) -> dict[str, Any]:
        """One flat object: the run, counts, metrics."""
        return {
            "run": self.run,
            "agent": self.agent,
            "game": self.game,
            "games": self.games,
            "steps": self.steps,
            "seconds": round(self.seconds, 3),
            "reached": self.reached,
            **self.metrics,
        }


def train(
    agent: str,
    game: str,
    *,
    budget: str | Budget,
    out: str | Path,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
    until: str | None = None,
    watch: Watcher | None = None,
) -> Training:
    """Trains a learner by self-play in the new folder `out`; `watch` is called at every record of progress.

    Raises UsageError for an unknown agent, game or setting, an agent that cannot learn or cannot play the game, and
    a folder that exists.
    """
    target = Target.parse(until) if until else None
    limit = Budget.parse(budget) if isinstance(budget, str) else budget
    info, loaded = _describe(agent, game, settings or {}, seed)
    learner = _make_learner(info, loaded)
    folder = RunFolder.create(Path(out), info)
    try:
        return _run(folder, loaded, learner, generator(seed, "train"), limit, target, watch)
    except UsageError:  # a target that the run does not report: nothing is left behind to be in the way
        folder.remove()
        raise


def resume(
    run: str | Path,
    *,
    budget: str | Budget,
    until: str | None = None,
    watch: Watcher | None = None,
) -> Training:
    """Goes on with a run from its newest checkpoint, exactly as if it had never stopped.

    Raises UsageError when the folder is no run, ArenaError when it is corrupt or of another version of its game.
    """
    target = Target.parse(until) if until else None
    limit = Budget.parse(budget) if isinstance(budget, str) else budget
    folder = RunFolder.open(Path(run))
    info, loaded = _describe(folder.info.agent, folder.info.game, folder.info.settings, folder.info.seed)
    if info.game_version != folder.info.game_version:
        raise ArenaError(
            f"{run} was trained on {info.game}@{folder.info.game_version}, here it is @{info.game_version}"
        )
    warn_of_other_version(str(run), info.agent, folder.info.agent_version, registry().agent(info.agent))
    learner, rng = _make_learner(info, loaded), generator(info.seed, "train")
    saved = folder.load()
    if saved is not None:
        config, state = saved
        try:
            learner.load(state)
            rng.bit_generator.state = config["random"]
        except (ValueError, KeyError, TypeError) as error:
            raise ArenaError(f"{run}: its checkpoint does not fit learner {info.agent!r}: {error}") from error
    folder.cut_metrics(learner.games)
    return _run(folder, loaded, learner, rng, limit, target, watch)


def _describe(agent: str, game_text: str, settings: Mapping[str, Any], seed: int) -> tuple[RunInfo, Game]:
    check_seed(seed)
    game = load_game(game_text)
    registered = registry().agent(agent)
    spec = registered.offer
    if spec.learner is None:
        known = ", ".join(name for name, other in registry().agents.items() if other.offer.learner)
        raise UsageError(f"agent {agent!r} does not learn. Learners: {known}")
    reason = fit(registered, game)
    if reason:
        raise UsageError(f"agent {agent!r} cannot play {game.key!r}: {reason}")
    config = make_config(registry().resolve(registered, "config"), settings, f"agent {agent!r}")
    values = dataclasses.asdict(config)
    return RunInfo(agent, registered.plugin.version, game.key, game.version, values, seed), game


def _make_learner(info: RunInfo, game: Game) -> Learner:
    registered = registry().agent(info.agent)
    config = make_config(registry().resolve(registered, "config"), info.settings, f"agent {info.agent!r}")
    learner: Learner = registry().resolve(registered, "learner")(game, config)
    return learner


@dataclass
class _Loop:
    """One call of `train` or `resume` in progress."""

    folder: RunFolder
    game: Game
    learner: Learner
    rng: np.random.Generator
    saved_at: float = field(default_factory=time.monotonic)
    saved_games: int = -1
    evaluated: int = 0  # after how many games

    def __post_init__(self) -> None:
        self.evaluated = self.learner.games
        if self.folder.has_checkpoint:
            self.saved_games = self.learner.games

    def save(self) -> None:
        if self.saved_games == self.learner.games:
            return
        policy = self.learner.agent()
        if not isinstance(policy, HasState):
            raise ArenaError(
                f"learner {self.folder.info.agent!r} hands out an agent without state(): it cannot be saved"
            )
        state = self.rng.bit_generator.state
        self.folder.save(self.learner.games, self.learner.steps, state, policy.state(), self.learner.state())
        self.saved_at, self.saved_games = time.monotonic(), self.learner.games

    def evaluate(self, progress: Progress) -> dict[str, float]:
        """The learner's own metrics, the score against `random`, and NashConv where there is a tree."""
        from arena.entrants import load_agent
        from arena.evaluation import evaluate

        agent = self.learner.agent()
        self.evaluated = progress.games
        metrics = dict(progress.metrics)
        if self.game.n_players == 2:
            seed = derive(self.folder.info.seed, "evaluation", progress.games)
            metrics["score"] = evaluate(agent, self.game, load_agent("random", self.game), EVALUATION_GAMES, seed).score
        tree = self.game.tree
        if tree is not None and isinstance(agent, HasPolicy):
            from arena.trees import nash_conv, policy_of

            metrics["nash_conv"] = nash_conv(tree, policy_of(tree, agent))
        return metrics


def _run(
    folder: RunFolder,
    game: Game,
    learner: Learner,
    rng: np.random.Generator,
    budget: Budget,
    target: Target | None,
    watch: Watcher | None,
) -> Training:
    loop = _Loop(folder, game, learner, rng)
    info = folder.info
    now = Training(str(folder.path), info.agent, info.game, learner.games, learner.steps)
    began, played = time.monotonic(), False
    with interrupt_deferred() as interrupted:
        for progress in learner.train(budget, Pool(), rng):
            played, spent = True, _take(now, progress, budget, began)
            if spent or progress.games // EVALUATE_EVERY > loop.evaluated // EVALUATE_EVERY:
                now.metrics = loop.evaluate(progress)
                folder.log(_line(progress, now))
                now.reached = target is not None and target.reached(now.metrics)
            if watch:
                watch(now)
            if interrupted() or time.monotonic() - loop.saved_at >= SAVE_SECONDS:
                loop.save()
            if interrupted():
                raise KeyboardInterrupt
            if spent or now.reached:
                break
        if not played:  # the budget was spent before: what there is can still be judged
            now.metrics = loop.evaluate(Progress(learner.games, learner.steps))
            now.reached = target is not None and target.reached(now.metrics)
        loop.save()
    return now


def _take(now: Training, progress: Progress, budget: Budget, began: float) -> bool:
    """Notes a record of progress; whether the budget is spent with it."""
    now.games, now.steps, now.seconds = progress.games, progress.steps, time.monotonic() - began
    now.share = budget.share(now.games, now.steps, now.seconds)
    now.metrics = {**now.metrics, **progress.metrics}
    return budget.spent(now.games, now.steps, now.seconds)


def _line(progress: Progress, now: Training) -> dict[str, Any]:
    return {"games": progress.games, "steps": progress.steps, "seconds": round(now.seconds, 3), **now.metrics}
