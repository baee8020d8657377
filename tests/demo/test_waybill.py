from hub.demo import waybill


def test_the_first_order_gets_the_known_example():
    assert waybill.example_number(1) == "444413758703"


def test_a_hundred_orders_get_a_hundred_valid_numbers():
    numbers = {waybill.example_number(order_id) for order_id in range(1, 101)}
    assert len(numbers) == 100
    assert all(waybill.is_valid(number) for number in numbers)


def test_a_wrong_check_digit_is_invalid():
    assert not waybill.is_valid("444413758704")
