"""Nim and Kuhn poker: an example of a distribution that brings games and an agent to the arena."""
