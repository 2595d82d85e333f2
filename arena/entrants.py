"""Entrants: the texts that name an agent with its settings, one grammar for all commands.

id                          mcts
id:key=value,key=value      mcts:simulations=200
id(key=value, key=value)    mcts(simulations=200)
a folder                    runs/ttt-q, or one of its checkpoints
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena.agent import Agent, AgentSpec, HasState
from arena.config import make_config
from arena.errors import ArenaError, UsageError
from arena.registry import Registered, broken, fit, registry, usable

if TYPE_CHECKING:
    from arena.game import Game

_log = logging.getLogger("arena")
_ID = re.compile(r"[^\s:,()=]+")


@dataclass(frozen=True)
class Entrant:
    """An agent with its settings, ready to be made. Two entrants are the same when their identities are."""

    label: str  # what the user typed; `#2` for the second of the same text
    text: str  # what `load_entrant` reads again, in any folder
    agent: str  # the agent's id
    version: str  # of the plugin it comes from
    settings: dict[str, Any]  # all of them, defaults included
    checkpoint: str = ""  # hash of the policy, where there is one
    reproducible: bool = True
    move_time: float | None = None  # seconds

    @property
    def identity(self) -> str:
        """16 hexadecimal digits of agent id, plugin version, settings, checkpoint hash and time control."""
        parts = [self.agent, self.version, self.settings, self.checkpoint, self.move_time]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()[:16]


def parse(text: str) -> tuple[str, dict[str, str]]:
    """(id, settings as texts) of an entrant or a game. Raises UsageError with the place that cannot be read."""
    name = _ID.match(text)
    if name is None:
        raise UsageError(f"{text!r} names nothing: expected an id such as 'mcts' or 'mcts:simulations=200'")
    rest = text[name.end() :].strip()
    if not rest:
        return name.group(), {}
    if rest.startswith(":"):
        inside = rest[1:]
    elif rest.startswith("(") and rest.endswith(")"):
        inside = rest[1:-1]
    else:
        raise UsageError(f"cannot read {rest!r} in {text!r}: expected {name.group()}:key=value,key=value")
    pairs = [_pair(part, text) for part in _split(inside, text)]
    for key, _ in pairs:
        if sum(other == key for other, _ in pairs) > 1:
            raise UsageError(f"{key!r} is given twice in {text!r}")
    return name.group(), dict(pairs)


def _pair(part: str, text: str) -> tuple[str, str]:
    key, equals, value = (piece.strip() for piece in part.partition("="))
    if not key or not equals or not value:
        raise UsageError(f"cannot read {part.strip()!r} in {text!r}: expected key=value")
    return key, value


def _split(inside: str, text: str) -> list[str]:
    """The parts between commas that lie outside brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(inside):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
        if character == "," and depth == 0:
            parts.append(inside[start:place])
            start = place + 1
    if depth != 0:
        raise UsageError(f"brackets do not match in {text!r}")
    return [*parts, inside[start:]]


def load_game(text: str) -> Game:
    """The game of `id`, of a full PettingZoo id or of `module:function`, each with `:option=value` behind it.

    Raises UsageError for an unknown game or option.
    """
    from arena.foreign import foreign_game, function_id

    games = registry().games
    function = function_id(text) if text.partition(":")[0] not in games else None
    game_id, options = parse(text.replace(function, "function", 1)) if function else parse(text)
    game_id = function or game_id
    foreign = None if game_id in games else foreign_game(game_id, [known.offer for known in games.values()])
    game = registry().adopt(foreign) if foreign else registry().game(game_id).offer
    return usable(game.with_options(options) if options else game)


def load_entrant(text: str, game: Game, *, move_time: float | None = None) -> tuple[Entrant, Agent]:
    """The entrant of `text` and its agent, fit for `game`.

    Raises UsageError for an unknown agent or setting, or an agent that cannot play the game; ArenaError for a
    checkpoint that cannot be used.
    """
    if _is_folder(text):
        return _from_checkpoint(text, game, move_time)
    agent_id, settings = parse(text)
    registered = registry().agent(agent_id)
    spec = registered.offer
    _check_fit(registered, game)
    if spec.learner is not None and "pretrained" not in spec.tags:
        raise UsageError(
            f"agent {agent_id!r} must be trained before it plays: arena train {agent_id} {game.key} "
            f"--out runs/{game.id}-{agent_id}, then name that folder"
        )
    agent, config = _make(registered, settings, game)
    entrant = Entrant(
        label=text,
        text=text,
        agent=agent_id,
        version=registered.plugin.version,
        settings=dataclasses.asdict(config),
        reproducible=spec.reproducible,
        move_time=move_time,
    )
    return entrant, agent


def load_agent(entrant: str, game: Game | str) -> Agent:
    """The agent that `entrant` names, ready to play `game`."""
    return load_entrant(entrant, load_game(game) if isinstance(game, str) else game)[1]


def _is_folder(text: str) -> bool:
    """A text is a folder when it is one, or when it can be nothing else."""
    if not text.strip():
        return False
    return Path(text).is_dir() or "/" in text.partition(":")[0].partition("(")[0]


def _from_checkpoint(text: str, game: Game, move_time: float | None) -> tuple[Entrant, Agent]:
    from arena.checkpoint import open_policy

    folder = text.partition(":")[0]
    if not Path(text).is_dir() and Path(folder).is_dir():
        raise UsageError(f"{folder} is a run and takes no settings here: it was trained with its own")
    policy = open_policy(Path(text))
    if (policy.game, policy.game_version) != (game.key, game.version):
        raise UsageError(
            f"{text} was trained for game {policy.game}@{policy.game_version}, it cannot play {game.identity}"
        )
    registered = registry().agent(policy.agent)
    _check_fit(registered, game)
    warn_of_other_version(text, policy.agent, policy.agent_version, registered)
    try:
        agent, _ = _make(registered, policy.settings, game)
    except UsageError as error:
        raise ArenaError(f"{text}: the checkpoint does not fit agent {policy.agent!r}: {error}") from error
    if not isinstance(agent, HasState):
        raise ArenaError(f"{text}: agent {policy.agent!r} cannot be read from a checkpoint")
    try:
        agent.load(policy.state)
    except (ValueError, KeyError) as error:
        raise ArenaError(f"{text}: the checkpoint does not fit agent {policy.agent!r}: {error}") from error
    entrant = Entrant(
        label=text,
        text=str(Path(text).resolve()),
        agent=policy.agent,
        version=registered.plugin.version,
        settings=dict(policy.settings),
        checkpoint=policy.digest,
        reproducible=registered.offer.reproducible,
        move_time=move_time,
    )
    return entrant, agent


def warn_of_other_version(run: str, agent: str, trained: str, registered: Registered[AgentSpec]) -> None:
    """Logs a warning where a run was trained by another version of its plugin: it may play, but not as before."""
    if trained != registered.plugin.version:
        now = registered.plugin.version or "without version"
        _log.warning("%s was trained by %s %s, this is %s: it may behave differently", run, agent, trained, now)


def _check_fit(registered: Registered[AgentSpec], game: Game) -> None:
    reason = fit(registered, game)
    if reason:
        raise UsageError(f"agent {registered.offer.id!r} cannot play {game.key!r}: {reason}")


def _make(registered: Registered[AgentSpec], settings: dict[str, Any], game: Game) -> tuple[Agent, Any]:
    spec = registered.offer
    config = make_config(registry().resolve(registered, "config"), settings, f"agent {spec.id!r}")
    make = registry().resolve(registered, "make")
    try:
        agent = make(game, config)
    except ArenaError:
        raise
    except (Exception, SystemExit) as error:
        raise broken(registered, f"it cannot be made for {game.key}", error) from error
    if not isinstance(agent, Agent):
        raise ArenaError(f"agent {spec.id!r}: make returned {agent!r}, which is no arena.Agent")
    return agent, config


def number_duplicates(labels: Sequence[str]) -> list[str]:
    """The labels, with `#1`, `#2` behind those that occur more than once."""
    seen: dict[str, int] = {}
    numbered = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        numbered.append(f"{label}#{seen[label]}" if labels.count(label) > 1 else label)
    return numbered
