"""Where things lie in the checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The checkout's folders; everything we make is under ``.hotline``, which git ignores."""

    checkout: Path

    @property
    def state(self) -> Path:
        """All that can be made again, and the data."""
        return self.checkout / ".hotline"

    @property
    def asterisk(self) -> Path:
        """The private copy of Asterisk."""
        return self.state / "asterisk"

    @property
    def tools(self) -> Path:
        """Private copies of espeak-ng, sox and what the tests need."""
        return self.state / "tools"

    @property
    def media(self) -> Path:
        """Prompts (``sounds/hotline``) and music on hold (``moh``)."""
        return self.state / "media"

    @property
    def models(self) -> Path:
        """Models of speech recognition, a folder each."""
        return self.state / "models"

    @property
    def ui(self) -> Path:
        """Sources of the console."""
        return self.checkout / "gateway" / "web" / "ui"

    @property
    def static(self) -> Path:
        """The console, built."""
        return self.checkout / "gateway" / "web" / "static"


def here() -> Places:
    """The checkout this code runs from."""
    return Places(Path(__file__).resolve().parents[2])
