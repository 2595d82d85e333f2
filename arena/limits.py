"""The limits of numbers that users give to more than one command."""

from __future__ import annotations

from arena.errors import UsageError

MAX_SEED = 2**63 - 1
SHORTEST_MOVE, LONGEST_MOVE = 0.001, 86_400.0  # seconds


def check_seed(seed: int) -> None:
    """Raises UsageError for a seed outside 0 .. 2**63 - 1."""
    if not 0 <= seed <= MAX_SEED:
        raise UsageError(f"seed must be from 0 to {MAX_SEED}, not {seed}")


def check_move_time(seconds: float | None) -> None:
    """Raises UsageError for a time per move outside 0.001 .. 86400 seconds; None is no limit."""
    if seconds is not None and not SHORTEST_MOVE <= seconds <= LONGEST_MOVE:
        raise UsageError(f"move-time must be from {SHORTEST_MOVE:g} to {LONGEST_MOVE:.0f} seconds, not {seconds:g}")
