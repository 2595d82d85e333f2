"""Training by self-play: budgets, opponents, run folders and the loop around a learner."""

from arena.selfplay.budget import Budget
from arena.selfplay.pool import Pool

__all__ = ["Budget", "Pool"]
