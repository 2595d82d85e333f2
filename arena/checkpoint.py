"""Checkpoints: folders of JSON and safetensors that are there whole or not at all. Never pickle.

config.json                       schema, versions, agent, game, settings, seed, games, steps, random state, digests
policy/data.json, arrays.safetensors     what plays, independent of the learner that made it
learner/data.json, arrays.safetensors    what is needed to go on training
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.agent import State
from arena.errors import ArenaError, UsageError

SCHEMA = 1
LATEST = "latest"
_FIELDS = {"agent": str, "agent_version": str, "game": str, "game_version": str, "settings": dict, "digests": dict}


@dataclass(frozen=True)
class Policy:
    """What a checkpoint says of the agent in it."""

    agent: str
    agent_version: str
    game: str
    game_version: str
    settings: dict[str, Any]
    state: State
    digest: str  # SHA-256 of policy/


def save_checkpoint(folder: Path, config: Mapping[str, Any], policy: State, learner: State) -> None:
    """Writes a checkpoint next to its place and moves it there in one step.

    Raises ArenaError when the disk is full or the folder cannot be written; what was there before stays whole.
    """
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        digests = {name: _write_state(temporary / name, state) for name, state in _parts(policy, learner)}
        _write(temporary / "config.json", _json({**config, "schema": SCHEMA, "digests": digests}))
        _sync(temporary)
        former = folder.with_name(f".{folder.name}.former")
        if folder.exists():
            folder.rename(former)
        temporary.rename(folder)
        _sync(folder.parent)
        shutil.rmtree(former, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise ArenaError(_write_failure(folder, error)) from error


def _parts(policy: State, learner: State) -> tuple[tuple[str, State], ...]:
    return ("policy", policy), ("learner", learner)


def _write_failure(folder: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"disk full while writing checkpoint {folder}; the one before it is whole: make room, then resume"
    return f"cannot write checkpoint {folder}: {error.strerror}"


def point_latest(checkpoint: Path) -> None:
    """Makes `checkpoint` the one that its run's folder stands for."""
    target = checkpoint.parent / LATEST
    write_atomically(target, checkpoint.name)


def write_atomically(path: Path, text: str) -> None:
    """Replaces a small file in one step. Raises ArenaError when that fails."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(temporary, text.encode())
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ArenaError(f"cannot write {path}: {error.strerror}") from error


def find_checkpoint(path: Path) -> Path:
    """The checkpoint that a run's folder or a checkpoint's own folder means. Raises UsageError when there is none."""
    if not path.is_dir():
        raise UsageError(f"no run or checkpoint at {path}. 'arena train' makes one; 'arena agents' lists agents")
    if (path / "config.json").is_file():
        return path
    latest = path / "checkpoints" / LATEST
    if not latest.is_file():
        raise UsageError(f"{path} is no run that holds a checkpoint (no checkpoints/{LATEST} and no config.json in it)")
    checkpoint = path / "checkpoints" / latest.read_text(errors="replace").strip()
    if not (checkpoint / "config.json").is_file():
        raise ArenaError(
            f"{path} is corrupt: its checkpoint {checkpoint.name!r} is missing; other checkpoints may "
            f"lie in {path / 'checkpoints'}"
        )
    return checkpoint


def read_config(checkpoint: Path) -> dict[str, Any]:
    """config.json of a checkpoint. Raises ArenaError when it is corrupt or newer than this arena can read."""
    try:
        config = json.loads((checkpoint / "config.json").read_text())
        schema = int(config["schema"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _corrupt(checkpoint, f"config.json cannot be read ({error})") from error
    if schema > SCHEMA:
        raise ArenaError(
            f"checkpoint {checkpoint} has schema {schema}, this arena reads up to {SCHEMA}: upgrade game-ai-arena"
        )
    for name, kind in _FIELDS.items():
        if not isinstance(config.get(name), kind):
            raise _corrupt(checkpoint, f"config.json has no {name!r} of type {kind.__name__}")
    return dict(config)


def open_policy(path: Path) -> Policy:
    """The policy of a run or checkpoint. Raises UsageError when there is none, ArenaError when it is corrupt."""
    checkpoint = find_checkpoint(path)
    try:
        return _read_policy(checkpoint)
    except ArenaError:
        again = find_checkpoint(path)  # a run that is still training may have replaced it meanwhile
        if again == checkpoint:
            raise
        return _read_policy(again)


def _read_policy(checkpoint: Path) -> Policy:
    config = read_config(checkpoint)
    return Policy(
        agent=config["agent"],
        agent_version=config["agent_version"],
        game=config["game"],
        game_version=config["game_version"],
        settings=config["settings"],
        state=_read_state(checkpoint, "policy", config),
        digest=str(config["digests"]["policy"]),
    )


def open_learner(checkpoint: Path) -> tuple[dict[str, Any], State]:
    """config.json and the learner's state of a checkpoint. Raises ArenaError when it is corrupt."""
    config = read_config(checkpoint)
    return config, _read_state(checkpoint, "learner", config)


def _write_state(folder: Path, state: State) -> str:
    """Writes a state and returns its digest."""
    import numpy as np
    from safetensors.numpy import save

    folder.mkdir()
    arrays = save({name: np.ascontiguousarray(array) for name, array in state.arrays.items()})
    data = _json(state.data)
    _write(folder / "arrays.safetensors", arrays)
    _write(folder / "data.json", data)
    _sync(folder)
    return hashlib.sha256(arrays + data).hexdigest()


def _read_state(checkpoint: Path, part: str, config: Mapping[str, Any]) -> State:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = (checkpoint / part / "arrays.safetensors").read_bytes()
        data = (checkpoint / part / "data.json").read_bytes()
        if hashlib.sha256(arrays + data).hexdigest() != config["digests"].get(part):
            raise _corrupt(checkpoint, f"{part}/ is not what was written (its checksum differs)")
        return State(load(arrays), json.loads(data))
    except (OSError, ValueError, SafetensorError) as error:
        raise _corrupt(checkpoint, f"{part}/ cannot be read ({error})") from error


def _corrupt(checkpoint: Path, why: str) -> ArenaError:
    return ArenaError(f"checkpoint {checkpoint} is corrupt: {why}. Use another checkpoint of the run, or train again")


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True, allow_nan=False).encode()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes the names in a folder last; a no-op where folders cannot be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
