"""Counts the calls to the provider, for /metrics."""

from hub import metrics
from hub.provider.port import Exchange, Operation, Screened


def counted(operation: Operation, exchange: Exchange) -> Exchange:
    """Return an exchange after it was counted by what came back, and timed."""
    answer = exchange.answer
    # A screening's verdict says more than that there was one.
    verdict = answer.verdict if isinstance(answer, Screened) else type(answer).__name__
    metrics.count(metrics.PROVIDER_CALLS, operation.value, verdict.lower())
    metrics.observe(metrics.PROVIDER_SECONDS, exchange.seconds, operation.value)
    return exchange
