"""Formats, runner, store and leaderboard."""
