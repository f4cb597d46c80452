"""A real Chromium with a microphone that plays a tone, and a way to ask what its page hears."""

import math
import os
import shutil
import signal
import struct
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Error, Page, Playwright, async_playwright

from tests.eventually import eventually
from tests.needs import absent

RATE = 48_000
HEARS = """
async ([hertz, seconds]) => {
  const audio = document.getElementById("remote-audio");
  if (!audio || !audio.srcObject) return 0;
  const context = (window.__ear ??= new AudioContext());
  if (window.__earStream !== audio.srcObject) {
    window.__earStream = audio.srcObject;
    window.__analyser = context.createAnalyser();
    window.__analyser.fftSize = 8192;
    window.__analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(audio.srcObject).connect(window.__analyser);
  }
  await context.resume();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const bins = new Float32Array(window.__analyser.frequencyBinCount);
  window.__analyser.getFloatFrequencyData(bins);
  const width = context.sampleRate / window.__analyser.fftSize;
  const at = Math.round(hertz / width);
  return Math.max(...bins.slice(at - 2, at + 3));
}
"""
LOUD_DECIBEL = -50.0
"""A tone that is there; silence and other tones stay below -70."""


def program() -> str:
    """Where Chromium is; a machine without one is told so."""
    named = os.environ.get("HOTLINE_TEST_CHROMIUM", "")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        absent("Chromium")
    return found


def write_tone(folder: Path, hertz: int, *, pulsed: bool = False) -> Path:
    """Ten seconds of a tone, 48 kHz mono, as Chromium's microphone wants it.

    ``pulsed``: 0.7 s of each second, as a voice is; after some seconds Chromium takes an even tone
    for noise and turns it down.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        step = 2 * math.pi * hertz / RATE
        loud = RATE * 7 // 10 if pulsed else RATE
        samples = (int(9000 * math.sin(step * n)) * (n % RATE < loud) for n in range(RATE * 10))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


def arguments(sound: Path) -> list[str]:
    """A Chromium whose microphone plays ``sound`` and that does nothing by itself."""
    return [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}",
    ]


@dataclass
class Chromium:
    """A browser with a profile on disk, that can be killed and started again."""

    playwright: Playwright
    folder: Path
    sound: Path
    context: BrowserContext | None = None

    async def start(self) -> Page:
        """Its first page; what was on disk is there again."""
        for lock in self.folder.glob("profile/Singleton*"):
            lock.unlink()  # of the one that was killed
        self.context = await self.playwright.chromium.launch_persistent_context(
            self.folder / "profile",
            executable_path=program(),
            args=[*arguments(self.sound), "--autoplay-policy=no-user-gesture-required"],
            locale="zh-CN",
            permissions=["microphone"],
            viewport={"width": 1366, "height": 768},
        )
        return self.context.pages[0]

    async def another(self) -> Page:
        """One more window of the same browser."""
        assert self.context
        return await self.context.new_page()

    def kill(self, how: signal.Signals) -> None:
        """Send this to every process of this browser, its own pages included."""
        mark = f"--user-data-dir={self.folder / 'profile'}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(FileNotFoundError, ProcessLookupError):
                if mark in (process / "cmdline").read_bytes():
                    os.kill(int(process.name), how)

    async def stop(self) -> None:
        """End it in order, if it has not ended."""
        if self.context:
            with suppress(Error):
                await self.context.close()


@asynccontextmanager
async def profile(folder: Path, *, tone_hertz: int) -> AsyncIterator[Chromium]:
    """A browser that is not started yet."""
    async with async_playwright() as playwright:
        chromium = Chromium(playwright, folder, write_tone(folder, tone_hertz, pulsed=True))
        try:
            yield chromium
        except BaseException:
            pages = chromium.context.pages if chromium.context else []
            for number, page in enumerate(pages):
                with suppress(Error):
                    await page.screenshot(path=folder / f"failed-{number}.png")
            raise
        finally:
            await chromium.stop()


@asynccontextmanager
async def browser(
    folder: Path,
    *,
    tone_hertz: int,
    pulsed: bool = False,
    locale: str = "zh-CN",
    width: int = 1366,
    height: int = 768,
) -> AsyncIterator[Page]:
    """A browser of its own with one page; a page error fails the test."""
    sound = write_tone(folder, tone_hertz, pulsed=pulsed)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=program(),
            args=arguments(sound),
        )
        context = await chromium.new_context(
            locale=locale,
            permissions=["microphone"],
            viewport={"width": width, "height": height},
        )
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        try:
            yield page
        except BaseException:
            await page.screenshot(path=str(folder / "failed.png"))
            raise
        finally:
            await chromium.close()
        assert faults == []


async def hears(page: Page, hertz: int, within_seconds: float = 15) -> None:
    """Wait until this tone comes out of the page's loudspeaker."""

    async def level() -> bool:
        return bool(await page.evaluate(HEARS, [hertz, 0.3]) > LOUD_DECIBEL)

    await eventually(level, within_seconds)


async def hears_not(page: Page, hertz: int, within_seconds: float = 10) -> None:
    """Wait until this tone does not come out of the page's loudspeaker."""

    async def level() -> bool:
        return bool(await page.evaluate(HEARS, [hertz, 0.3]) < LOUD_DECIBEL)

    await eventually(level, within_seconds)
