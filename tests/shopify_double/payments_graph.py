"""The mutations of the Payments Apps API, on its published schema."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from tests.shopify_double import payments as pay
from tests.shopify_double.reads import needs
from tests.shopify_double.writes import user_error

if TYPE_CHECKING:
    from tests.shopify_double.engine import Context
    from tests.shopify_double.payments_desk import Payments

SCOPE = "write_payment_sessions"
GATEWAY_SCOPE = "write_payment_gateways"
_VERBS = ("Resolve", "Reject")


class PaymentWrites:
    """The mutations, by the names of the schema."""

    def __init__(self, desk: Payments) -> None:
        self._desk = desk

    def by_name(self) -> dict[str, Any]:
        named: dict[str, Any] = {
            "paymentSessionPending": self.pend,
            "paymentSessionResolve": self.resolve_payment,
            "paymentSessionReject": self.reject_payment,
            "paymentsAppConfigure": self.configure,
        }
        for kind in ("capture", "refund", "void"):
            for verb in _VERBS:
                named[f"{kind}Session{verb}"] = self._ending(kind, verb)
        return named

    def configure(
        self,
        context: Context,
        ready: bool,
        externalHandle: str | None = None,  # noqa: N803 - the schema's word
    ) -> dict[str, Any]:
        needs(context, GATEWAY_SCOPE)
        made = {"externalHandle": externalHandle, "ready": ready}
        self._desk.configured[context.shop.domain] = made
        return {"paymentsAppConfiguration": made, "userErrors": []}

    def pend(
        self,
        context: Context,
        id: str,  # noqa: A002 - the schema's word
        pendingExpiresAt: str,  # noqa: N803 - the schema's word
        reason: str,
    ) -> dict[str, Any]:
        session = self._found(context, "payment", id)
        if session is None:
            return _refused("payment", "NOT_FOUND", "Payment session doesn't exist")
        end, now = _moment(pendingExpiresAt), context.world.now()
        if session.state in pay.ENDS:
            return _refused("payment", "PENDING_INVALID_STATE", "It is at an end")
        if end <= now:
            return _refused("payment", "EXPIRED_PENDING_EXPIRES_AT", "In the past")
        if end - now > pay.LONGEST_PENDING:
            return _refused("payment", "OUT_OF_RANGE_PENDING_EXPIRES_AT", "Too late")
        # What was said first stands: the same call again has the same answer.
        if session.state == pay.OPEN:
            session.pending_expires_at, session.reason = end, reason
            session.becomes(pay.PENDING)
            self._desk.came_to(session)
        return self._taken(session)

    def resolve_payment(
        self,
        context: Context,
        id: str,  # noqa: A002 - the schema's word
        authorizationExpiresAt: str | None = None,  # noqa: N803 - the schema's word
        **_details: Any,
    ) -> dict[str, Any]:
        session = self._found(context, "payment", id)
        if session is None or session.state not in (*_LIVING, pay.RESOLVED):
            return _refused("payment", "", "The payment session cannot be resolved")
        if session.state != pay.RESOLVED:
            if authorizationExpiresAt is not None:
                session.authorization_expires_at = _moment(authorizationExpiresAt)
            session.becomes(pay.RESOLVED)
            self._desk.came_to(session)
        return self._taken(session)

    def reject_payment(
        self,
        context: Context,
        id: str,  # noqa: A002 - the schema's word
        reason: dict[str, Any],
        **_details: Any,
    ) -> dict[str, Any]:
        session = self._found(context, "payment", id)
        if session is None or session.state not in (*_LIVING, pay.REJECTED):
            return _refused("payment", "", "The payment session cannot be rejected")
        self._reject(session, reason)
        return self._taken(session)

    def _reject(self, session: pay.Session, reason: dict[str, Any]) -> None:
        if session.state == pay.REJECTED:
            return
        session.reason = reason["code"]
        session.merchant_message = reason.get("merchantMessage") or ""
        session.becomes(pay.REJECTED)
        self._desk.came_to(session)

    def _ending(self, kind: str, verb: str) -> Any:
        def end(
            context: Context,
            id: str,  # noqa: A002 - the schema's word
            reason: dict[str, Any] | None = None,
        ) -> dict[str, Any]:
            session = self._found(context, kind, id)
            if session is None:
                code = f"{kind.upper()}_SESSION_NOT_FOUND"
                return _refused(kind, code, "No such session")
            wanted = pay.RESOLVED if verb == "Resolve" else pay.REJECTED
            if session.state not in (pay.OPEN, wanted):
                code = f"{kind.upper()}_SESSION_INVALID_STATE"
                return _refused(kind, code, "It ended otherwise")
            if reason is not None:
                self._reject(session, reason)
            elif session.state == pay.OPEN:
                session.becomes(pay.RESOLVED)
                self._desk.came_to(session)
            return self._taken(session)

        return end

    def _found(self, context: Context, kind: str, gid: str) -> pay.Session | None:
        needs(context, SCOPE)
        session = self._desk.session_of(gid)
        mine = session is not None and session.shop == context.shop.domain
        if session is None or not mine or session.kind != kind:
            return None
        session.look_at(context.world.now())
        return session

    def _taken(self, session: pay.Session) -> dict[str, Any]:
        node: dict[str, Any] = {"id": session.gid, "state": _state(session)}
        if session.kind == "payment":
            way = self._desk.way_back(session)
            node |= {
                "authorizationExpiresAt": _told(session.authorization_expires_at),
                "pendingExpiresAt": _told(session.pending_expires_at),
                "nextAction": {
                    "action": "REDIRECT",
                    "context": {
                        "__typename": "PaymentSessionActionsRedirect",
                        "redirectUrl": way,
                    },
                },
            }
        return {f"{session.kind}Session": node, "userErrors": []}


_LIVING = (pay.OPEN, pay.PENDING)


def _state(session: pay.Session) -> dict[str, Any]:
    name = session.state.capitalize()
    return {
        "__typename": f"{session.kind.capitalize()}SessionState{name}",
        "code": session.state,
        "reason": session.reason or None,
        "merchantMessage": session.merchant_message or None,
        "source": None,
    }


def _refused(kind: str, code: str, message: str) -> dict[str, Any]:
    """Say no; for the ends of a payment the schema knows no code."""
    error = user_error("id", message) | ({"code": code} if code else {})
    return {f"{kind}Session": None, "userErrors": [error]}


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise GraphQLError("DateTime without a zone")
    return moment.astimezone(UTC)


def _told(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
