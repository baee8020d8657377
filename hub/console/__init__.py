"""The merchant's console: its rooms, their templates and static files."""

from hub.console.blueprint import make_console
from hub.console.embed import make_embed

__all__ = ["make_console", "make_embed"]
