"""A match as an animated GIF: PettingZoo's own pictures of its positions, each over a line that says what was played.

The pictures show what PettingZoo draws, all hands at a card table included.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena.cli.render import ending
from arena.errors import ArenaError, UsageError
from tournaments.replay import Replay

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from arena.game import Game
    from arena.match import MatchRecord
    from arena.moments import Move

FRAME_TIMES = (0.02, 60.0)  # seconds; viewers take less than the first for a tenth of a second
WIDTHS = (64, 2000)  # pixels
_HEIGHT = 1.5  # of a picture at most, in widths
_LAST = 3  # how much longer the last position stays
_SAMPLES = 8  # positions from which the colours of all are chosen
_COLOURS = 255  # of them; one more is what does not change from frame to frame
_LETTERS = 13  # pixels, the height of the captions' letters
_THINNEST = 2  # pixels that any letter takes
_ROW = 18  # pixels, the height of a line of the caption
_MARGIN = 6  # pixels
_INK, _PAPER = (32, 32, 32), (255, 255, 255)

Track = Callable[[Iterable[int]], Iterable[int]]  # shows how far the work has come


@dataclass(frozen=True)
class Gif:
    """What was written."""

    file: str
    frames: int
    width: int  # pixels
    height: int  # pixels
    bytes: int


def check_gif(path: Path, frame_time: float, width: int) -> None:
    """Raises UsageError for a file that can be no GIF and for a time or a width out of range, before any work."""
    if path.is_dir():
        raise UsageError(f"--gif {path} is a folder: name a file in it, such as {path / 'match.gif'}")
    if path.suffix.lower() != ".gif":
        raise UsageError(f"--gif {path}: the name must end with .gif")
    if not path.parent.is_dir():
        raise UsageError(f"--gif {path}: there is no folder {str(path.parent)!r}, make it first")
    if not FRAME_TIMES[0] <= frame_time <= FRAME_TIMES[1]:
        low, high = FRAME_TIMES
        raise UsageError(f"--frame-time must be from {low:g} to {high:g} seconds, not {frame_time:g}")
    if not WIDTHS[0] <= width <= WIDTHS[1]:
        raise UsageError(f"--width must be from {WIDTHS[0]} to {WIDTHS[1]} pixels, not {width}")
    _need_pillow()


def _need_pillow() -> None:
    try:
        import PIL.Image  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise ArenaError("--gif needs pillow: pip install 'game-ai-arena[gif]'") from error


def write_gif(
    record: MatchRecord, game: Game, path: Path, *, frame_time: float, width: int, track: Track = iter
) -> Gif:
    """Writes a frame for each position of a match, `frame_time` seconds each, in one step: the file is whole or absent.

    Raises UsageError where the env draws no pictures, ArenaError where one fails or the file cannot be written.
    """
    replay = Replay(record, game.drawn("rgb_array"))
    palette = _palette(replay, width)
    plies = replay.plies
    frames = (_reduced(frame, palette) for frame in _frames(replay, track(range(plies + 1)), width))
    first = next(frames)
    lasting = [round(1000 * frame_time)] * plies + [round(1000 * frame_time * _LAST)]
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            first.save(file, "GIF", save_all=True, append_images=frames, duration=lasting, loop=0, optimize=True)
        temporary.replace(path)
        return Gif(str(path), plies + 1, first.width, first.height, path.stat().st_size)
    except OSError as error:
        raise ArenaError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _frames(replay: Replay, plies: Iterable[int], width: int) -> Iterator[Image]:
    for ply in plies:
        replay.go(ply)
        yield _captioned(_picture(replay, width), *_caption(replay))


def _picture(replay: Replay, width: int) -> Image:
    """What the env draws of the position, scaled down to at most `width` pixels and half as much again in height."""
    from PIL import Image

    env = replay.match.position.env
    try:
        drawn: NDArray[np.uint8] = env.render()
        image = Image.fromarray(drawn).convert("RGB")
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ArenaError(f"{replay.game.key} could not be drawn at ply {replay.ply} ({what})") from error
    image.thumbnail((width, round(_HEIGHT * width)), Image.Resampling.LANCZOS)
    return image


def _caption(replay: Replay) -> tuple[str, str]:
    """Two lines under the picture; they also tell apart positions that look the same."""
    move = replay.moment().last
    place = f"{replay.game.key}, ply {replay.ply} of {replay.plies}"
    if replay.ply == replay.plies:
        return place, ending(replay.record)
    return place, _told(move) if move else " - ".join(replay.record.seated)


def _told(move: Move) -> str:
    return f"{move.entrant} (seat {move.seat}): {move.name}"


def _captioned(image: Image, *lines: str) -> Image:
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", (image.width, image.height + _ROW * len(lines) + _MARGIN), _PAPER)
    sheet.paste(image, (0, 0))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_LETTERS)
    for row, line in enumerate(lines):
        place = _MARGIN, image.height + _MARGIN // 2 + row * _ROW
        draw.text(place, _fitted(draw, line, font, image.width - 2 * _MARGIN), _INK, font=font)
    return sheet


def _fitted(draw: Any, line: str, font: Any, room: int) -> str:
    """The line, cut where it is too long for `room` pixels; without letters the font may not have."""
    line = line.encode("latin-1", "replace").decode("latin-1")
    if draw.textlength(line, font=font) <= room:
        return line
    line = line[: room // _THINNEST]
    while line and draw.textlength(f"{line}...", font=font) > room:
        line = line[:-1]
    return f"{line}..."


def _palette(replay: Replay, width: int) -> Image:
    """The colours of the whole match, chosen from some of its positions: with one palette nothing flickers."""
    from PIL import Image

    plies = sorted({round(place * replay.plies / (_SAMPLES - 1)) for place in range(_SAMPLES)})
    frames = list(_frames(replay, plies, width))
    sheet = Image.new("RGB", (frames[0].width, sum(frame.height for frame in frames)))
    for place, frame in enumerate(frames):
        sheet.paste(frame, (0, place * frame.height))
    return sheet.quantize(_COLOURS)


def _reduced(frame: Image, palette: Image) -> Image:
    from PIL.Image import Dither

    return frame.quantize(palette=palette, dither=Dither.NONE)
