"""Waybill numbers that pass the carriers' check digit."""

CARRIERS = ("ヤマト運輸", "佐川急便", "ゆうパック")
FIRST = 44_441_375_870


def example_number(order_id: int) -> str:
    """Return a valid twelve-digit number, another one for every order."""
    body = FIRST + order_id - 1
    return f"{body}{body % 7}"


def is_valid(number: str) -> bool:
    """Tell whether twelve digits end with the remainder of the others by seven."""
    return (
        len(number) == len("444413758703")
        and number.isascii()
        and number.isdigit()
        and int(number[:-1]) % 7 == int(number[-1])
    )
