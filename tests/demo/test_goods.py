from hub.demo.goods import lines_of, total_of


def test_a_deferred_order_carries_shipping_and_fee():
    lines = lines_of({"TEA-01": 2}, is_deferred=True)
    assert [(str(line.kind), line.amount) for line in lines] == [
        ("goods", 3240),
        ("shipping", 550),
        ("fee", 330),
    ]


def test_an_order_paid_otherwise_has_no_fee():
    assert total_of(lines_of({"TEA-01": 2})).including_tax == 3790


def test_tax_is_taken_out_once_per_rate():
    total = total_of(lines_of({"TEA-02": 1, "POT-01": 1}, is_deferred=True))
    # 1,080 at 8 %: 80; 4,400 + 550 + 330 at 10 %: 480.
    assert (total.including_tax, dict(total.tax_by_rate)) == (6360, {8: 80, 10: 480})
    assert total.excluding_tax == 5800


def test_an_empty_basket_costs_nothing():
    assert total_of(lines_of({})).including_tax == 0


def test_twelve_pots_are_within_the_limit_before_tax():
    total = total_of(lines_of({"POT-01": 12}, is_deferred=True))
    assert (total.excluding_tax, total.is_within_deferred_limit) == (48_800, True)


def test_thirteen_pots_are_above_the_limit_before_tax():
    total = total_of(lines_of({"POT-01": 13}, is_deferred=True))
    assert (total.excluding_tax, total.is_within_deferred_limit) == (52_800, False)
