"""The conformance suite: what `hub connectors check` and our own tests ask.

Every case is a function of one subject that raises where the connector does not hold
it; its name is the sentence that it proves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.contract.testing import asking, forms, reading, telling
from hub.contract.testing.subject import Case, NonconformityError, Subject

__all__ = ["CASES", "Case", "NonconformityError", "Subject", "Verdict", "judged"]

_CHECKS = (
    forms.the_manifest_names_itself_in_both_languages,
    forms.the_manifest_states_its_contract_topics_and_roles,
    forms.every_setting_is_asked_for_in_both_languages,
    forms.every_setting_can_be_entered,
    forms.every_snippet_can_be_pasted,
    forms.the_shop_finds_a_guide_in_japanese,
    reading.every_specimen_comes_out_as_written,
    reading.the_specimens_show_reading_and_refusing,
    reading.an_unsigned_request_is_refused,
    reading.a_connection_without_its_secret_proves_nobody,
    reading.every_changed_byte_is_refused,
    reading.a_repeated_header_never_proves,
    reading.odd_headers_are_refused_and_nothing_worse,
    reading.a_duplicate_has_the_same_key,
    reading.messages_that_differ_have_keys_that_differ,
    reading.translate_is_pure,
    reading.a_hostile_body_is_only_unreadable,
    reading.one_odd_member_is_read_or_unreadable,
    reading.an_unreadable_body_names_where_in_both_languages,
    asking.a_request_is_answered_at_once_and_the_same_again,
    asking.a_request_has_one_name_and_one_order,
    asking.a_hostile_request_is_refused_before_it_is_kept,
    telling.an_update_is_told_under_the_same_id_each_time,
    telling.a_call_to_the_cart_is_bounded,
    telling.gone_is_gone,
    telling.the_wait_that_the_cart_asks_for_is_kept_within_an_hour,
    telling.no_other_answer_is_a_receipt,
    telling.a_cart_that_does_not_answer_is_told_again,
    telling.no_push_tells_a_log_or_an_error_about_persons,
    telling.no_callback_reaches_a_private_network,
)
CASES = tuple(Case(name=check.__name__, check=check) for check in _CHECKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one case ended; `fault` is "" where the connector holds it."""

    case: str
    fault: str = ""


def judged(subject: Subject) -> Iterator[Verdict]:
    """Yield the verdict of each case, in their order; a case never stops the others."""
    for case in CASES:
        try:
            case.check(subject)
        except NonconformityError as error:
            yield Verdict(case=case.name, fault=str(error))
        except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything
            yield Verdict(case=case.name, fault=f"{type(error).__name__}: {error}")
        else:
            yield Verdict(case=case.name)
