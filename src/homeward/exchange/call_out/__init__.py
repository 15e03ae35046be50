"""Calls and messages that leave homeward, by SMS, mail, chat or pager: which channels there are, and sending by them.

Off until a file says otherwise; that file holds addresses and passwords, and none of it reaches the log or the screen.
"""

from homeward.exchange.call_out.channels import VOICE, Channels, read_channels
from homeward.exchange.call_out.send import Notice, Sent, can_send, send_all

__all__ = ["VOICE", "Channels", "Notice", "Sent", "can_send", "read_channels", "send_all"]
