"""The wire's own names of the calls, as the witness hears them."""

REGISTER = "transaction.do"
RESULT = "getauthori.do"
# An amendment and a cancellation are one call at the provider.
MODIFY = "modifytransaction.do"
# So are a report, its change and its cancellation.
SHIP = "shippingrequest.do"
