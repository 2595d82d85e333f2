"""Who a learner meets in training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """Pure self-play: the learner itself sits in every seat of every game."""
