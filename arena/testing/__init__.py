"""The contract tests that every built-in passes, for authors of plugins too.

    from arena import load_game
    from arena.testing import check_agent
    def test_mine():
        check_agent(MY_SPEC, load_game("tictactoe"))

Each check raises AssertionError with a sentence that says what is broken.
"""

from arena.testing.agents import check_agent
from arena.testing.games import check_game
from arena.testing.learners import check_learner

__all__ = ["check_agent", "check_game", "check_learner"]
