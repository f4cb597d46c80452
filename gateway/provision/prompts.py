"""All prompts of prompts.toml, spoken or taken from own recordings, made only when they changed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.provision import stamp
from gateway.provision.errors import NotReady
from gateway.provision.prompt_text import number_words, to_pinyin
from gateway.provision.speech import SpeechTools, Voice, speak, take_recording

PROMPTS_FILE = Path("config") / "prompts" / "prompts.toml"
LAYOUT = "1"  # change it when prompts made earlier must be made again
WORKERS = 2
PINYIN = "cmn-latn-pinyin"
"""The voice that reads pinyin; every other reads its own language as it is written."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: a text that its voice reads, and how long it may be (0: no limit)."""

    name: str
    text: str
    voice: Voice
    longest_seconds: float = 0.0


def read_prompts(text: str) -> tuple[Prompt, ...]:
    """prompts.toml; NotReady when it is not TOML or a part is missing."""
    try:
        return tuple(_prompts(tomllib.loads(text)))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NotReady(
            f"{PROMPTS_FILE} 有误：{wrong!r}", f"{PROMPTS_FILE} cannot be read: {wrong!r}"
        ) from wrong


def _prompts(table: dict[str, dict[str, dict[str, str]]]) -> Iterator[Prompt]:
    voice = Voice(**table["voice"])  # type: ignore[arg-type]
    for name, row in table["prompt"].items():
        yield _prompt(name, row["text"], row, voice)
    for stem, row in table.get("numbered", {}).items():
        for number in range(int(row["first"]), int(row["last"]) + 1):
            words = {
                "ordinal": number_words(number),
                "count": number_words(number, counting=True),
                "digit": str(number),
            }
            text = row["text"].format(**words)
            yield _prompt(f"{stem}_{number}", text, row, voice)


def _prompt(name: str, text: str, row: dict[str, str], voice: Voice) -> Prompt:
    own = row.get("voice", voice.name)
    voice = replace(voice, name=own, speed=int(row.get("speed", voice.speed)))
    return Prompt(name, text, voice, float(row.get("longest_seconds", 0)))


def make_prompts(
    prompts: tuple[Prompt, ...],
    into: Path,
    recordings: Path | None,
    find_tools: Callable[[], SpeechTools],
) -> int:
    """Bring ``into`` (<name>.wav 8 kHz and <name>.sln16) up to date; how many were made.

    ``recordings/<name>.wav`` wins over the voice. NotReady names the prompt that is silent,
    clipped, too long or cannot be read.
    """
    into.mkdir(parents=True, exist_ok=True)
    manifest = into / "manifest.json"
    made = _read_manifest(manifest)
    wanted = {prompt.name: _digest(prompt, recordings) for prompt in prompts}
    stale = [prompt for prompt in prompts if not _there(into, prompt.name, made, wanted)]
    if stale:  # only then: a machine with every prompt in place needs no voice
        tools = find_tools()
        with ThreadPoolExecutor(WORKERS) as pool:
            for _ in pool.map(lambda prompt: _make(prompt, into, recordings, tools), stale):
                pass
    for path in [*into.glob("*.wav"), *into.glob("*.sln16")]:
        if path.stem not in wanted:
            path.unlink()
    if wanted != made:
        stamp.write(manifest, json.dumps(wanted, indent=1))
    return len(stale)


def _recording(name: str, recordings: Path | None) -> Path | None:
    path = recordings / f"{name}.wav" if recordings else None
    return path if path and path.is_file() else None


def _digest(prompt: Prompt, recordings: Path | None) -> str:
    own = _recording(prompt.name, recordings)
    limit = str(prompt.longest_seconds)
    if own:
        return stamp.digest(LAYOUT, "recording", own.read_bytes(), limit)
    voice = prompt.voice
    said = _said(prompt)
    return stamp.digest(LAYOUT, voice.name, str(voice.speed), str(voice.pitch), said, limit)


def _said(prompt: Prompt) -> str:
    """What the voice is given: pinyin for the Chinese one, the text itself for others."""
    return to_pinyin(prompt.text) if prompt.voice.name == PINYIN else prompt.text


def _there(into: Path, name: str, made: dict[str, str], wanted: dict[str, str]) -> bool:
    files = (into / f"{name}.wav", into / f"{name}.sln16")
    return made.get(name) == wanted[name] and all(path.is_file() for path in files)


def _read_manifest(manifest: Path) -> dict[str, str]:
    try:
        table = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return table if isinstance(table, dict) else {}


def _make(prompt: Prompt, into: Path, recordings: Path | None, tools: SpeechTools) -> None:
    own = _recording(prompt.name, recordings)
    target = into / prompt.name
    if own:
        seconds = take_recording(tools, own, target, prompt.name)
    else:
        seconds = speak(tools, prompt.voice, _said(prompt), target, prompt.name)
    if prompt.longest_seconds and seconds > prompt.longest_seconds:
        target.with_name(f"{target.name}.wav").unlink()
        limit = prompt.longest_seconds
        raise NotReady(
            f"提示音 {prompt.name} 长 {seconds:.2f} 秒，超过 {limit:g} 秒，请缩短。",
            f"Prompt {prompt.name} lasts {seconds:.2f} s, more than {limit:g} s; shorten it.",
        )
