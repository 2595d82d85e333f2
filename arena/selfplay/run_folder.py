"""A run: one training in one folder.

run.json                 agent, game, settings, seed, versions
metrics.jsonl            one line per evaluation
checkpoints/latest       the name of the newest checkpoint beside it
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from arena.agent import State
from arena.checkpoint import find_checkpoint, open_learner, point_latest, save_checkpoint, write_atomically
from arena.errors import ArenaError, UsageError

_KEPT = 2  # checkpoints: whoever reads one while the next is written finds it whole


@dataclass(frozen=True)
class RunInfo:
    """What a run is; it never changes."""

    agent: str
    agent_version: str
    game: str
    game_version: str
    settings: dict[str, Any]
    seed: int


class RunFolder:
    """Writes one run. A checkpoint is the newest that is whole; metrics never run ahead of it after a resume."""

    def __init__(self, path: Path, info: RunInfo) -> None:
        self.path, self.info = path, info
        self.metrics = path / "metrics.jsonl"

    @classmethod
    def create(cls, path: Path, info: RunInfo) -> RunFolder:
        """A new folder. Raises UsageError when it exists, ArenaError when it cannot be made."""
        if path.exists():
            raise UsageError(
                f"{path} exists already: go on with 'arena train --resume {path}', or choose another --out"
            )
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            (temporary / "checkpoints").mkdir(parents=True)
            write_atomically(temporary / "run.json", json.dumps(asdict(info), indent=1) + "\n")
            temporary.rename(path)
        except OSError as error:
            shutil.rmtree(temporary, ignore_errors=True)
            raise ArenaError(f"cannot make the run folder {path}: {error.strerror}") from error
        return cls(path, info)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """An existing run. Raises UsageError when it is none, ArenaError when it is corrupt."""
        if not (path / "run.json").is_file():
            raise UsageError(
                f"{path} is no run: it holds no run.json. Begin one with 'arena train AGENT GAME --out {path}'"
            )
        try:
            info = RunInfo(**json.loads((path / "run.json").read_text()))
            if not isinstance(info.seed, int) or not isinstance(info.settings, dict):
                raise TypeError("seed or settings are of the wrong type")
        except (OSError, ValueError, TypeError) as error:
            raise ArenaError(f"{path / 'run.json'} is corrupt: {error}") from error
        return cls(path, info)

    def save(self, games: int, steps: int, random_state: Mapping[str, Any], policy: State, learner: State) -> Path:
        """Writes a checkpoint, makes it the latest and keeps the one before. Raises ArenaError on a full disk."""
        folder = self.path / "checkpoints" / f"{games:012d}"
        config = {**asdict(self.info), "games": games, "steps": steps, "random": dict(random_state)}
        save_checkpoint(folder, config, policy, learner)
        point_latest(folder)
        whole = sorted(other for other in folder.parent.iterdir() if other.is_dir() and not other.name.startswith("."))
        for other in whole[:-_KEPT]:
            shutil.rmtree(other, ignore_errors=True)
        return folder

    @property
    def has_checkpoint(self) -> bool:
        """Whether a checkpoint was written."""
        return (self.path / "checkpoints" / "latest").is_file()

    def remove(self) -> None:
        """Removes the run with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def load(self) -> tuple[dict[str, Any], State] | None:
        """config.json and learner state of the newest checkpoint, None where the run was cut off before the first."""
        if not self.has_checkpoint:
            return None
        return open_learner(find_checkpoint(self.path))

    def cut_metrics(self, games: int) -> None:
        """Drops the metrics of games later than the checkpoint from which the run goes on."""
        if not self.metrics.is_file():
            return
        kept = []
        for line in self.metrics.read_text(errors="replace").splitlines():
            try:
                if int(json.loads(line)["games"]) <= games:
                    kept.append(line + "\n")
            except (ValueError, KeyError, TypeError):
                break  # a line that was cut off by a kill ends the file
        write_atomically(self.metrics, "".join(kept))

    def log(self, record: Mapping[str, Any]) -> None:
        """Appends one line to the metrics. Raises ArenaError when the disk is full."""
        try:
            with self.metrics.open("a") as file:
                file.write(json.dumps(record) + "\n")
        except OSError as error:
            full = "disk full" if error.errno == errno.ENOSPC else str(error.strerror)
            raise ArenaError(f"{full} while writing {self.metrics}; make room, then resume") from error
