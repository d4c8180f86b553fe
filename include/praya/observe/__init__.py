"""Logs: events with their fields, for people as text and for machines as JSON."""

from praya.observe.log_fields import bind_log_fields, get_logger
from praya.observe.log_output import LogFormat, write_logs

__all__ = ["LogFormat", "bind_log_fields", "get_logger", "write_logs"]
