"""What callers ask with: the parameters of lists and the bodies of acts."""

from marshmallow import RAISE, Schema, fields, validate

from hub.api.fields import PlainText, UtcField
from hub.api.members import said
from hub.domain.known import State
from hub.flow.deeds import LONGEST_REASON

MOST_ROWS = 100
USUAL_ROWS = 50
_ID = validate.Regexp(r"^[0-9a-z]{26}$")


class Asking(Schema):
    """What is asked with; an unknown name is an error."""

    class Meta:
        """Take no name that nobody reads."""

        unknown = RAISE


class PageAsking(Asking):
    """Which part of a list."""

    after = PlainText(longest=60, metadata=said("前の応答の next_cursor"))
    limit = fields.Integer(
        strict=False,
        load_default=USUAL_ROWS,
        validate=validate.Range(min=1, max=MOST_ROWS),
    )


class TransactionAsking(PageAsking):
    """Which transactions."""

    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    needs_attention = fields.Boolean(
        truthy={"true", "1"}, falsy={"false", "0"}, metadata=said("true | false")
    )
    shop = fields.String(validate=_ID)
    order_number = PlainText(longest=100)
    provider_transaction_id = PlainText(longest=20)
    updated_since = UtcField(
        metadata=said(
            "この時刻より後に変わった取引を古い順に返します。応答の next_cursor を "
            "after に渡すと続きから。 / What changed since, the longest ago first; "
            "go on with next_cursor as after, for ever."
        )
    )


class DeliveryAsking(PageAsking):
    """Which deliveries."""

    state = fields.String(
        validate=validate.OneOf(["new", "done", "ignored", "quarantined"])
    )


class SearchBody(Asking):
    """One whole value: an order number, or a buyer's name, kana, phone or e-mail."""

    value = PlainText(required=True, longest=200)
    limit = fields.Integer(
        strict=True,
        load_default=USUAL_ROWS,
        validate=validate.Range(min=1, max=MOST_ROWS),
    )


class ReasonBody(Asking):
    """Why, for whoever reads it later."""

    reason = PlainText(required=True, longest=LONGEST_REASON)


class CancelBody(ReasonBody):
    """Why, and the order's number again, so that no slip of an id cancels another."""

    order_number = PlainText(required=True, longest=100)
