import pytest

from hub.domain.policy import MODE_LABELS_JA, Mode, Policy


@pytest.mark.parametrize(
    ("mode", "is_released", "may_send"),
    [
        (Mode.SHADOW, False, False),
        (Mode.SHADOW, True, False),
        (Mode.APPROVAL, False, False),
        (Mode.APPROVAL, True, True),
        (Mode.AUTOMATIC, False, True),
        (Mode.AUTOMATIC, True, True),
    ],
)
def test_the_mode_decides_what_is_sent(mode, is_released, may_send):
    policy = Policy(mode=mode, is_released=is_released)
    assert policy.may_send is policy.may_register is may_send


def test_an_order_from_before_the_cutover_is_registered_by_a_person_only():
    policy = Policy(is_before_cutover=True)
    assert policy.may_send
    assert not policy.may_register
    assert Policy(is_before_cutover=True, is_released=True).may_register


def test_every_mode_has_a_label():
    assert set(MODE_LABELS_JA) == set(Mode)
