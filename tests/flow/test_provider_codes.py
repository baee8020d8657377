"""A refusal's codes are counted, and `hub doctor` names those nobody knows."""

from hub.flow.doctor import diagnose
from hub.store import provider_codes
from tests.flow.specimens import order
from tests.house import House


def refuse(house: House, *numbers: str) -> None:
    for number in numbers:
        house.hear(order(number, name="見本拒否"))


def test_what_was_refused_is_counted_by_point_and_code(house: House) -> None:
    refuse(house, "A-1001", "A-1002")
    (found,) = house.parts.store.across.read(provider_codes.seen)
    assert (found.operation, found.point, found.code, found.times) == (
        "register",
        "name",
        "er900050",
        2,
    )


def test_doctor_names_a_code_that_nobody_wrote_down(house: House) -> None:
    refuse(house, "A-1001")
    (said,) = [d.text for d in diagnose(house.parts) if d.name == "provider codes"]
    assert "er900050 at name in register x1" in said


def test_doctor_is_content_before_the_first_refusal(house: House) -> None:
    (said,) = [d.text for d in diagnose(house.parts) if d.name == "provider codes"]
    assert said == "none but the known ones were seen"
