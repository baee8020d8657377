import pytest

from hub.sandbox.tables import LONGEST_BODY


def request_of(shop, order):
    return f"<request>{shop.link}{order}</request>"


def test_self_closed_empty_elements_are_taken(shop):
    order = shop.order().replace("<companyName></companyName>", "<companyName/>")
    browser = "<browserInfo><httpHeader/><deviceInfo/></browserInfo>"
    answer = shop.post("transaction.do", request_of(shop, browser + order))
    assert answer.text("result") == "OK"


def test_the_order_of_elements_does_not_matter(shop):
    order = shop.order()
    details = order[order.index("<details>") :]
    rest = order[: order.index("<details>")]
    body = f"<request>{details}{rest}{shop.link}</request>"
    assert shop.post("transaction.do", body).text("result") == "OK"


def test_absent_optional_elements_are_taken(shop):
    order = shop.order()
    for name in ("kanaName", "companyName", "sectionName", "expand1"):
        start, end = order.index(f"<{name}>"), order.index(f"</{name}>")
        order = order[:start] + order[end + len(name) + 3 :]
    assert shop.post("transaction.do", request_of(shop, order)).text("result") == "OK"


@pytest.mark.parametrize("zip_code", ["900-0000", "9000000"])
@pytest.mark.parametrize("tel", ["098-000-0000", "0980000000", "09000000000"])
def test_plain_and_hyphenated_numbers_are_taken(shop, zip_code, tel):
    assert shop.register(zip=zip_code, tel=tel).text("result") == "OK"


@pytest.mark.parametrize(
    "content_type",
    ["", "application/xml", "application/x-www-form-urlencoded", "text/plain"],
)
def test_any_content_type_is_taken(shop, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    body = request_of(shop, shop.order())
    assert shop.post("transaction.do", body, **headers).text("result") == "OK"


@pytest.mark.parametrize(
    "head",
    [b"\xef\xbb\xbf", b'<?xml version="1.0" encoding="UTF-8"?>\r\n', b"\r\n", b""],
)
def test_any_usual_beginning_is_taken(shop, head):
    body = head + request_of(shop, shop.order()).encode()
    assert shop.post("transaction.do", body).text("result") == "OK"


def test_indented_xml_is_taken(shop):
    body = request_of(shop, shop.order()).replace("><", ">\n  <")
    assert shop.post("transaction.do", body).text("result") == "OK"


def test_a_misspelt_element_is_noted_for_the_integrator(shop):
    order = shop.order().replace("shipKananame", "shipKanaName")
    shop.post("transaction.do", request_of(shop, order))
    assert shop.ledger()["requests"][0]["notes"] == "shipKanaName"


def test_a_repeated_element_is_refused(shop):
    order = shop.order().replace("<zip>", "<zip>100-0001</zip><zip>")
    answer = shop.post("transaction.do", request_of(shop, order))
    assert answer.errors == [("zip", "er900014")]


DOCTYPE = b'<!DOCTYPE r [<!ENTITY e "lol">]>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "er900030"),
        (b"shopCode=1", "er900030"),
        (b"<request><a></request>", "er900030"),
        (b"<request>" + b"<a>" * 400, "er900030"),
        (b"<response></response>", "er900032"),
        (b"<request xmlns='urn:x'></request>", "er900032"),
        (DOCTYPE + b"<request>&e;</request>", "er900031"),
        ("<request/>".encode("utf-16"), "er900033"),
        ("<request/>".encode("utf-16-le"), "er900030"),
        ("<request>あ</request>".encode("cp932"), "er900033"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?><request/>', "er900033"),
    ],
)
def test_a_body_that_is_no_request_is_refused_with_a_reason(shop, body, code):
    answer = shop.post("transaction.do", body)
    assert (answer.status, answer.errors) == (200, [("request", code)])


def test_a_body_over_the_cap_is_refused(shop):
    # The company may close before it was sent whole, which refuses it as well.
    try:
        status = shop.post("transaction.do", b"x" * (LONGEST_BODY + 1)).status
    except (BrokenPipeError, ConnectionResetError):
        status = 413
    assert status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/transaction.do", 405),
        ("POST", "/api/reinvoice.do", 404),
        ("POST", "/api/", 404),
        ("GET", "/sandbox/ledger", 404),
        ("GET", "/sandbox/clock", 404),
    ],
)
def test_the_wire_answers_its_five_calls_only(shop, method, path, status):
    assert shop.send(shop.wire_url, path, b"", method=method).status == status


def test_the_front_of_the_wire_does_not_name_the_control_port(shop):
    front = shop.send(shop.wire_url, "/", b"", method="GET").body.decode()
    assert "検証環境" in front
    assert shop.control_url.rsplit(":", 1)[1] not in front
