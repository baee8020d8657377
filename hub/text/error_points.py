"""What the provider's errors point at, explained in our words."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hub.text.catalogue import Message, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderReason:
    """One error of the provider: its own words, and ours where the point is known."""

    verbatim: str
    message: Message | None


@cache
def error_points() -> dict[str, Message]:
    """Return the explanation of every errorPoint that is known."""
    text = resources.files("hub.text").joinpath("error_points.toml").read_text("utf-8")
    document = tomllib.loads(text)
    kinds = document["kind"]
    return {
        name: _message(name, point, kinds[point["kind"]])
        for name, point in document["point"].items()
    }


def explain(reason: str) -> ProviderReason:
    """Return a stored reason, `point: message`, with what is known of its point."""
    point, _, _message_of_theirs = reason.partition(": ")
    return ProviderReason(verbatim=reason, message=error_points().get(point))


def _message(
    name: str, point: dict[str, str], kind: dict[str, dict[str, str]]
) -> Message:
    return Message(
        code=name,
        what=Words(
            ja=f"決済会社が「{point['ja']}」を受け付けませんでした。",
            en=f"The provider did not take {point['en']}.",
        ),
        means=Words(**kind["means"]),
        next=Words(**kind["next"]),
        field=point["field"],
    )
