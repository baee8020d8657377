"""The merchant's console: its rooms, their templates and static files."""

from hub.console.blueprint import make_console

__all__ = ["make_console"]
