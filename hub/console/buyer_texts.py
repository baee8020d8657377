"""Ready texts for the buyer: always Japanese, and neutral where nothing is known."""

from dataclasses import dataclass

from hub.console.words import Speech
from hub.contract.money import Yen
from hub.domain.after_shipping import AfterPlan, Result, Stage
from hub.domain.happening import Happening
from hub.domain.known import State
from hub.flow.order_story import Story

_say = Speech("ja")
# What a buyer can be asked for on 保留; the operator's reason is free text, which
# nothing is concluded from (api no. 2): the clerk picks.
ASKED = ("address", "name", "phone", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerText:
    """One text to copy; `name` is the key of its title."""

    name: str
    text: str


def text_after(
    story: Story, plan: AfterPlan, what: Happening, *, tracking: str = ""
) -> str:
    """Return what to tell the buyer of a happening, "" for nothing."""
    body = _body(plan, what)
    if not body:
        return ""
    values = {
        "number": story.order.order_number,
        "old": str(plan.old_total),
        "new": str(plan.new_total),
        "refund": str(plan.refund),
        "tracking": tracking,
    }
    about = [body, _about_invoice(plan)]
    said = [_say(f"buyer.{key}", **values) for key in about if key]
    return _letter(story, *said)


def _body(plan: AfterPlan, what: Happening) -> str:
    if plan.result in (Result.CANCELLED, Result.UNCHANGED):
        key = f"{plan.result.value}_{what.value}"
        return key if _say.has(f"buyer.{key}") else ""
    return plan.result.value


def _about_invoice(plan: AfterPlan) -> str:
    if plan.result not in (Result.CANCELLED, Result.AMENDED):
        return ""
    if plan.stage is Stage.BEFORE_REPORT and not plan.is_enclosed:
        return ""
    kind = "enclosed" if plan.is_enclosed else "mailed"
    return f"invoice_{plan.result.value}_{kind}"


def texts_of(story: Story) -> list[BuyerText]:
    """Return the texts that the present state of an order calls for."""
    state = story.known.state
    if story.order.wanted.is_cancelled or story.order.wanted.order is None:
        return []
    if state is State.DECLINED:
        return [_text(story, "change_method")]
    if state is State.SCREENING:
        return [_text(story, "under_way")]
    if state is State.ON_HOLD:
        asked = [_text(story, f"confirm_{field}") for field in ASKED]
        return [_text(story, "under_way"), *asked]
    return []


def _text(story: Story, name: str) -> BuyerText:
    order = story.order.wanted.order
    total = order.total if order else Yen(0)
    number = story.order.order_number
    body = _say(f"buyer.{name}", number=number, amount=str(total))
    return BuyerText(name=name, text=_letter(story, body))


def _letter(story: Story, *paragraphs: str) -> str:
    order = story.order.wanted.order
    name = order.buyer.name if order else ""
    greeting = _say("buyer.greeting", name=name, shop=story.shop.name)
    closing = _say("buyer.closing", shop=story.shop.name)
    return "\n\n".join([greeting, *paragraphs, closing])
