"""The settings of speech recognition, voicemail, and how long data is kept. All frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Live transcripts. Everything is recognised on this machine or on one of your own."""

    enabled: bool = True
    model: str = ""  # a folder, or a name of ``hotline model ls``; empty: the best that is there
    server_url: str = ""  # ws://host:2700 of a vosk-server of your own; empty: here
    workers: int = 0  # recognising processes; 0: one a core, one core left for calls
    live_most: int = 0  # calls followed live at the same time; 0: what was measured
    hot_words: tuple[str, ...] = ()  # names of the city that the model should expect
    flow: str = "main"  # "speech": callers may say what it is about, see ivr/flows/speech.yaml
    emergency_words: bool = True  # an alarm for the words of intake.emergency_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """Who waits may press * and leave a message; whoever did is listed to be called back."""

    enabled: bool = True
    most_seconds: int = 120
    silence_seconds: int = 5  # so long a silence ends the message


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long each class of data is kept, in days; 0: for ever. See ``hotline retention``."""

    recordings_days: int = 180
    transcripts_days: int = 365
    messages_days: int = 1095
    applied_daily: bool = False  # by the gateway itself, at night
