import io
import re
from contextlib import redirect_stderr
from types import SimpleNamespace

import pytest

from arena.ratings import Outcome, online_elo
from tournaments.facts import Played
from tournaments.live import Progress, shown


def played(first, second, ranks, returns=(0.0, 0.0)):
    return Played((f"{first}-identity", f"{second}-identity"), ranks, returns, (), "finished", "")


GAMES = [played("a", "b", (1, 2)), played("b", "a", (1, 1)), played("a", "b", (2, 1)), played("a", "b", (1, 2))]


@pytest.fixture
def event(make_tournament):
    return SimpleNamespace(tournament=make_tournament(planned=8), lineup=SimpleNamespace(interactive=False))


def test_the_running_elo_is_the_leaderboards(event):
    progress = Progress(event.tournament)
    for match in GAMES:
        progress.take(match)
    scores = {(1, 2): 1.0, (2, 1): 0.0, (1, 1): 0.5}
    elo = online_elo(Outcome(*match.identities, scores[match.ranks]) for match in GAMES)
    assert progress.elo == pytest.approx(elo)


def test_the_table_counts_and_puts_the_best_first(event):
    progress = Progress(event.tournament)
    assert progress.rows() == [(1, "a", "1500", 0, 0, 0, 0, ""), (2, "b", "1500", 0, 0, 0, 0, "")]
    for match in GAMES[:2]:
        progress.take(match)
    assert progress.rows() == [(1, "a", "1515", 2, 1, 1, 0, "75.0 %"), (2, "b", "1485", 2, 0, 1, 1, "25.0 %")]


def test_of_a_team_game_it_shows_mean_returns_the_best_first(make_tournament):
    progress = Progress(make_tournament(labels=("a", "b", "c"), cooperative=True))
    assert progress.rows() == [(1, "a", "", 0), (2, "b", "", 0), (3, "c", "", 0)]
    for match in (played("a", "b", (1, 1), (5, 5)), played("b", "c", (1, 1), (10, 10)), played("b", "a", (1, 1))):
        progress.take(match)
    assert progress.rows() == [(1, "c", "+10.00", 1), (2, "b", "+5.00", 3), (3, "a", "+2.50", 2)]


def test_on_a_terminal_a_team_game_has_no_elo(make_tournament, make_record, terminal):
    event = SimpleNamespace(tournament=make_tournament(cooperative=True), lineup=SimpleNamespace(interactive=False))
    with redirect_stderr(terminal), shown(event, []) as on_match:
        on_match(make_record(("a", "b"), (1, 1), (), returns=(7.0, 7.0)))
    assert "mean return" in terminal.getvalue()
    assert "+7.00" in terminal.getvalue()
    assert "Elo" not in terminal.getvalue()


def test_the_live_table_fits_80_columns_and_cuts_no_name(make_tournament, make_record, terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    long = "mcts:" + ",".join(f"setting{number}={number}" for number in range(10))
    event = SimpleNamespace(
        tournament=make_tournament(labels=(long, "b"), planned=100_000), lineup=SimpleNamespace(interactive=False)
    )
    with redirect_stderr(terminal), shown(event, []) as on_match:
        on_match(make_record((long, "b"), (1, 2), ()))
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    assert max(map(len, re.split(r"[\r\n]+", text))) <= 80
    assert "…" not in text
    assert long in "".join(line[2:].split(" ")[0] for line in text.splitlines())


def test_elsewhere_than_on_a_terminal_there_are_two_plain_lines(event, make_record, capsys):
    with shown(event, GAMES[:1]) as on_match:
        for _ in range(3):
            on_match(make_record(("a", "b"), (1, 2), ()))
    captured = capsys.readouterr()
    assert captured.out == ""
    first, last = captured.err.splitlines()
    assert first == "tournament aaaa1111: 8 matches of toy, 2 entrants, 1 of them played before"
    assert last.startswith("tournament aaaa1111: played 3 matches in ")


def test_a_new_tournament_has_nothing_played_before(event, capsys):
    with shown(event, []):
        pass
    assert capsys.readouterr().err.splitlines()[0] == "tournament aaaa1111: 8 matches of toy, 2 entrants"


class Terminal(io.StringIO):
    """Takes what a terminal would be sent."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal()


def test_on_a_terminal_there_is_a_live_table_with_a_bar(event, make_record, terminal):
    with redirect_stderr(terminal), shown(event, GAMES[:1]) as on_match:
        on_match(make_record(("a", "b"), (1, 2), (), seats=(1, 0)))
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    assert "toy, tournament aaaa1111" in text
    assert "2/8" in text
    assert "matches/s" in text
    assert "50.0 %" in text


def test_a_player_at_the_terminal_gets_no_live_table(event, terminal):
    event.lineup.interactive = True
    with redirect_stderr(terminal), shown(event, []):
        pass
    assert terminal.getvalue().startswith("tournament aaaa1111: 8 matches of toy")
    assert "matches/s" not in terminal.getvalue()


def test_an_interrupt_passes_through_and_gives_the_cursor_back(event, terminal):
    with pytest.raises(KeyboardInterrupt), redirect_stderr(terminal), shown(event, []):
        raise KeyboardInterrupt
    assert terminal.getvalue().rindex("\x1b[?25h") > terminal.getvalue().rindex("\x1b[?25l")
