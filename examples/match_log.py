"""A plugin that writes every finished match to a file as one line of JSON: an example of the hook `match_finished`.

ARENA_MATCH_LOG=matches.jsonl arena play tictactoe mcts random --games 10 --plugin match_log.py
"""

import json
import os
from pathlib import Path

from arena import hookimpl
from arena.match import MatchRecord


@hookimpl
def match_finished(result: MatchRecord) -> None:
    """Appends the match to the file that ARENA_MATCH_LOG names, or to matches.jsonl."""
    path = Path(os.environ.get("ARENA_MATCH_LOG", "matches.jsonl"))
    with path.open("a") as file:
        file.write(json.dumps({"game": result.game, **result.as_json()}) + "\n")
