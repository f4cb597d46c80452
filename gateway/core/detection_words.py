"""What a detector saw, in words for whoever looks: what, how often, and the limit. Pure."""

from __future__ import annotations

from gateway.core.detection import Finding, Pattern

WORDS: dict[Pattern, tuple[str, str]] = {
    Pattern.REDIALLING: ("拨打 {count} 次", "called {count} times"),
    Pattern.SILENT: (
        "接通后无人说话 {count} 次",
        "was answered {count} times and said nothing",
    ),
    Pattern.OCCUPYING: (
        "长时间占用而没有诉求 {count} 次",
        "held the line for long without a matter, {count} times",
    ),
    Pattern.SAME_WORDS: (
        "发送相同内容 {count} 次",
        "sent the same words {count} times",
    ),
    Pattern.SCANNING: (
        "同一中继有 {count} 个号码各响一下即挂断（不针对任何一人）",
        "{count} numbers called for a moment each by one trunk (held against nobody)",
    ),
    Pattern.SCANNING_NUMBER: (
        "响一下即挂断 {count} 次",
        "rang for a moment and hung up {count} times",
    ),
}


def told(finding: Finding) -> tuple[str, str]:
    """One sentence, Chinese and English; when the first and the last were, the screen says."""
    zh, en = (one.format(count=finding.count) for one in WORDS[finding.pattern])
    often = finding.often
    return (
        f"{often.minutes} 分钟内{zh}；达到 {often.count} 次即提请核实。",
        f"Within {often.minutes} minutes {en}; from {often.count} on somebody is asked to look.",
    )
