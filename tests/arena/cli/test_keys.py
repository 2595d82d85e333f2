"""Keys from a real terminal (a pty), and the terminal given back as it was."""

import contextlib
import os
import pty
import signal
import sys
import termios
import textwrap
import threading
import time

import pytest

from arena.cli.keys import Keyboard, first_key
from tests.terminal import Screen, Terminal


@pytest.fixture
def line():
    """Both ends of a terminal: what types, and what the program reads."""
    master, slave = pty.openpty()
    yield master, slave
    for descriptor in (master, slave):
        with contextlib.suppress(OSError):  # closed by the test
            os.close(descriptor)


def keys_of(line, typed, number):
    master, slave = line
    with Keyboard(slave) as keyboard:
        os.write(master, typed.encode())
        return [keyboard.read(5) for _ in range(number)]


class TestNames:
    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("\x1b[A", "up"),
            ("\x1bOB", "down"),
            ("\x1b[C", "right"),
            ("\x1bOD", "left"),
            ("\x1b[H", "home"),
            ("\x1b[1~", "home"),
            ("\x1b[7~", "home"),
            ("\x1bOF", "end"),
            ("\x1b[4~", "end"),
            ("\x1b[8~", "end"),
            ("\x1b[5~", "page up"),
            ("\x1b[6~", "page down"),
            ("\x1b[1;5C", "right"),
            ("\r", "enter"),
            ("\n", "enter"),
            (" ", "space"),
            ("\t", "tab"),
            ("\x7f", "backspace"),
            ("\x08", "backspace"),
            ("\x04", "ctrl-d"),
            ("q", "q"),
            ("G", "G"),
            ("é", "é"),
            ("\x1b[2~", ""),
            ("\x1b[15~", ""),
            ("\x1b[Z", ""),
        ],
    )
    def test_what_a_terminal_sends_for_a_key(self, typed, name):
        assert first_key(typed) == (name, "")
        assert first_key(typed + "x") == (name, "x")

    def test_escape_alone_and_before_another_key(self):
        assert first_key("\x1b") == ("escape", "")
        assert first_key("\x1bq") == ("escape", "q")
        assert first_key("\x1b\x1b[A") == ("escape", "\x1b[A")

    @pytest.mark.parametrize("typed", ["\x1b[", "\x1b[1", "\x1b[1;5", "\x1bO"])
    def test_a_sequence_that_never_ends_is_no_key(self, typed):
        assert first_key(typed) == ("", "")


class TestReading:
    def test_keys_come_one_at_a_time_and_without_enter(self, line):
        assert keys_of(line, "n\x1b[C\x1b[Dq", 4) == ["n", "right", "left", "q"]

    def test_escape_needs_no_other_key(self, line):
        began = time.monotonic()
        assert keys_of(line, "\x1b", 1) == ["escape"]
        assert time.monotonic() - began < 2

    def test_a_sequence_in_pieces_is_one_key(self, line):
        master, slave = line
        with Keyboard(slave) as keyboard:
            os.write(master, b"\x1b")
            later = threading.Timer(0.02, os.write, (master, b"[A"))
            later.start()
            assert keyboard.read(5) == "up"
            later.join()

    def test_nothing_typed_is_no_key_after_the_time(self, line):
        assert keys_of(line, "", 0) == []
        with Keyboard(line[1]) as keyboard:
            assert keyboard.read(0.01) == ""

    def test_what_was_typed_ahead_is_read_at_once(self, line):
        master, slave = line
        with Keyboard(slave) as keyboard:
            os.write(master, b"ab")
            assert keyboard.read(5) == "a"
            assert keyboard.read(0) == "b"

    def test_broken_characters_are_no_error(self, line):
        master, slave = line
        with Keyboard(slave) as keyboard:
            os.write(master, b"\xff\xfeq")
            assert "q" in [keyboard.read(5) for _ in range(3)]

    def test_a_terminal_that_is_gone_is_the_end(self, line):
        master, slave = line
        with Keyboard(slave) as keyboard:
            os.close(master)
            with pytest.raises(EOFError):
                keyboard.read(5)


class TestGivingBack:
    def mode(self, line):
        return termios.tcgetattr(line[1])

    def test_keys_are_neither_echoed_nor_kept_for_a_line_meanwhile(self, line):
        with Keyboard(line[1]):
            assert not self.mode(line)[3] & (termios.ECHO | termios.ICANON)
            assert self.mode(line)[3] & termios.ISIG  # ctrl-c interrupts

    def test_ctrl_z_is_no_key(self, line):
        with Keyboard(line[1]):
            assert self.mode(line)[6][termios.VSUSP] != b"\x1a"

    @pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt, SystemExit])
    def test_the_mode_is_what_it_was_whatever_happens(self, line, error):
        before = self.mode(line)
        with contextlib.suppress(BaseException), Keyboard(line[1]):
            assert self.mode(line) != before
            if error:
                raise error
        assert self.mode(line) == before

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_to_end_ends_in_order(self, line, number):
        before, handler = self.mode(line), signal.getsignal(number)

        def be_told_to_end():
            with Keyboard(line[1]):
                os.kill(os.getpid(), number)
                time.sleep(5)

        with pytest.raises(SystemExit) as ended:
            be_told_to_end()
        assert ended.value.code == 128 + number
        assert self.mode(line) == before
        assert signal.getsignal(number) is handler

    def test_in_another_thread_signals_are_left_alone(self, line):
        handler, found = signal.getsignal(signal.SIGTERM), []

        def read():
            with Keyboard(line[1]) as keyboard:
                found.append(signal.getsignal(signal.SIGTERM))
                found.append(keyboard.read(0.01))

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        assert found == [handler, ""]

    def test_it_may_be_opened_again(self, line):
        keyboard = Keyboard(line[1])
        for _ in range(2):
            with keyboard:
                os.write(line[0], b"x")
                assert keyboard.read(5) == "x"


PROGRAM = """
from arena.cli.keys import Keyboard
with Keyboard() as keyboard:
    print("ready", flush=True)
    while (key := keyboard.read(20)) != "q":
        print(f"<{key}>", flush=True)
        if key == "x":
            raise RuntimeError("x was pressed")
"""


class TestProcess:
    @pytest.fixture
    def terminal(self):
        opened = Terminal([sys.executable, "-c", textwrap.dedent(PROGRAM)])
        opened.shows("ready")
        yield opened
        opened.close()

    def test_stdin_is_the_terminal_where_none_is_named(self, terminal):
        terminal.press("right", "escape")
        terminal.shows("<right>", "<escape>")
        terminal.press("q")
        assert terminal.ends() == 0
        assert terminal.is_as_before

    @pytest.mark.parametrize(
        ("end", "code"),
        [
            (lambda terminal: terminal.press("ctrl-c"), -signal.SIGINT),
            (lambda terminal: terminal.press("x"), 1),
            (lambda terminal: terminal.signal(signal.SIGTERM), 143),
            (lambda terminal: terminal.signal(signal.SIGHUP), 129),
        ],
        ids=["ctrl-c", "error", "SIGTERM", "SIGHUP"],
    )
    def test_however_a_process_ends_its_terminal_is_as_before(self, terminal, end, code):
        end(terminal)
        assert terminal.ends() == code
        assert terminal.is_as_before

    def test_ctrl_z_does_not_put_it_to_sleep(self, terminal):
        terminal.press("\x1a", "n")
        terminal.shows("<n>")
        terminal.press("q")
        assert terminal.ends() == 0


class TestTheTestsOwnScreen:
    """What reads the screen in these tests does what a terminal does."""

    def test_lines_scroll_and_the_cursor_comes_home(self):
        screen = Screen(3, 10)
        screen.feed("one\r\ntwo\r\nthree\r\nfour")
        assert screen.text == "two\nthree\nfour"
        screen.feed("\x1b[HTWO")
        assert screen.text == "TWO\nthree\nfour"

    def test_lines_are_erased_upwards_as_rich_does(self):
        screen = Screen(5, 10)
        screen.feed("a\r\nb\r\nc\r\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2Knew")
        assert screen.text == "new"

    def test_long_lines_go_on_in_the_next_row(self):
        screen = Screen(3, 4)
        screen.feed("abcdef")
        assert screen.text == "abcd\nef"

    def test_the_other_screen_leaves_the_first_as_it_was(self):
        screen = Screen(3, 20)
        screen.feed("before\x1b[?1049h\x1b[Hinside\x1b[?25l")
        assert (screen.text, screen.cursor_shown) == ("inside", False)
        screen.feed("\x1b[?1049l\x1b[?25h")
        assert (screen.text, screen.cursor_shown) == ("before", True)

    def test_a_code_in_pieces_is_one_code(self):
        screen = Screen(3, 20)
        screen.feed("x\x1b[3")
        screen.feed("1mred")
        assert screen.text == "xred"
