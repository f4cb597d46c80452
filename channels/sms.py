"""Short messages: one kind of account, by whatever protocol a carrier or its reseller speaks."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from channels.channel import Channel
from channels.errors import BadSettings
from channels.options import Options
from channels.sms_signature import NAME_FORM, Terms

BY: Mapping[str, str] = {
    "smpp": "channels.sms_smpp",
    "cmpp2": "channels.sms_cmpp",
    "cmpp3": "channels.sms_cmpp",
    "aliyun": "channels.sms_cloud",
    "tencent": "channels.sms_cloud",
    "http": "channels.sms_http",
}
"""The option ``by`` → the file; each has ``open_account(options, by, terms)``."""
PRICE_FORM = r"[0-9](\.[0-9]{1,3})?"


def open_account(name: str, options: Options) -> Channel:
    """``sms:<name>``."""
    del name
    by = options.choice("by", BY, "")
    terms = Terms(
        name=options.text("signature", form=NAME_FORM, default=""),
        mils_per_part=_mils(options.text("price_per_part", form=PRICE_FORM, default="0")),
    )
    if by not in BY:
        raise BadSettings(*options.problems)
    return cast("Channel", import_module(BY[by]).open_account(options, by, terms))


def _mils(yuan: str) -> int:
    """Yuan, as they are written, in thousandths."""
    whole, _, rest = yuan.partition(".")
    digits = f"{whole}{rest:0<3}"
    return int(digits) if digits.isascii() and digits.isdigit() else 0
