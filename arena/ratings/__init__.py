"""Ratings as pure functions of the games played: online Elo, and an order-free Bradley-Terry fit with intervals."""

from arena.ratings.bradley_terry import BradleyTerry, Interval, Rating, fit
from arena.ratings.elo import expected_score, online_elo
from arena.ratings.outcomes import Outcome, pools

__all__ = ["BradleyTerry", "Interval", "Outcome", "Rating", "expected_score", "fit", "online_elo", "pools"]
