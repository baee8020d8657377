"""Answers of a provider, a proxy or a stranger, and what each of them means (G9).

A row is a name, the call that was answered, the bytes, and the answer as understood.
"""

from hub.provider.errors import Unread
from hub.provider.port import (
    Accepted,
    AlreadyCancelled,
    Operation,
    PrintData,
    ProviderAnswer,
    ProviderError,
    Refused,
    Screened,
    Unclear,
    Verdict,
)

ID, NUMBER = "X0000000001", "A-1001"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
Row = tuple[str, Operation, bytes, ProviderAnswer]

REGISTER, INQUIRE = Operation.REGISTER, Operation.INQUIRE
AMEND, CANCEL = Operation.AMEND, Operation.CANCEL
REPORT, CHANGE = Operation.REPORT_SHIPMENT, Operation.CHANGE_SHIPMENT_REPORT
TAKE_BACK, PRINT = Operation.CANCEL_SHIPMENT_REPORT, Operation.FETCH_PRINT_DATA


def unclear(reason: Unread) -> Unclear:
    """Return the answer of bytes that are not understood."""
    return Unclear(code=reason.value)


def screened(verdict: Verdict, *reasons: str) -> Screened:
    """Return a verdict on the transaction of the corpus."""
    return Screened(verdict=verdict, provider_transaction_id=ID, reasons=reasons)


def response(inner: str, result: str = "OK") -> bytes:
    """Return a response in UTF-8."""
    text = f"{HEAD}<response><result>{result}</result>{inner}</response>"
    return text.encode()


def info(inner: str = "", *, number: str = "", named: str = ID) -> str:
    """Return the block about a transaction."""
    order = f"<shopOrderId>{number}</shopOrderId>" if number else ""
    return (
        f"<transactionInfo>{order}<transactionId>{named}</transactionId>"
        f"{inner}</transactionInfo>"
    )


def auto(word: str) -> str:
    """Return the automatic verdict."""
    return f"<autoAuthoriresult>{word}</autoAuthoriresult>"


def manual(word: str, *reasons: str) -> str:
    """Return 審査中 with the verdict of a person."""
    listed = "".join(f"<manualAuthorireason>{r}</manualAuthorireason>" for r in reasons)
    return (
        f"{auto('審査中')}<manualAuthoriresult>{word}</manualAuthoriresult>"
        f"<manualAuthorireasons>{listed}</manualAuthorireasons>"
    )


def error(point: str, code: str, message: str = "（例）指摘") -> str:
    """Return one entry of the errors block."""
    return (
        f"<error><errorPoint>{point}</errorPoint><errorCode>{code}</errorCode>"
        f"<errorMessage>{message}</errorMessage></error>"
    )


def refused(*errors: str, inner: str = "") -> bytes:
    """Return a response that refuses the call."""
    return response(f"{inner}<errors>{''.join(errors)}</errors>", "NG")


def refusal(*pairs: tuple[str, str], are_credentials: bool = False) -> Refused:
    """Return a refusal with the errors given."""
    errors = tuple(
        ProviderError(point=point, code=code, message="（例）指摘")
        for point, code in pairs
    )
    return Refused(errors=errors, are_credentials=are_credentials)


def registered(word: str, *, number: str = NUMBER, named: str = ID) -> bytes:
    """Return the answer of a registration."""
    return response(info(auto(word), number=number, named=named))


PASSED = registered("OK")
TEXT = PASSED.decode()
UNDERSTOOD: list[Row] = [
    ("passed", REGISTER, PASSED, screened(Verdict.PASSED)),
    ("failed", REGISTER, registered("NG"), screened(Verdict.FAILED)),
    ("started", REGISTER, registered("審査中"), screened(Verdict.STARTED)),
    ("with a BOM", REGISTER, b"\xef\xbb\xbf" + PASSED, screened(Verdict.PASSED)),
    (
        "line ends around",
        REGISTER,
        b"\r\n" + PASSED + b"\r\n\r\n",
        screened(Verdict.PASSED),
    ),
    (
        "without a declaration",
        REGISTER,
        TEXT.removeprefix(HEAD).encode(),
        screened(Verdict.PASSED),
    ),
    (
        "single quotes",
        REGISTER,
        TEXT.replace('"', "'").encode(),
        screened(Verdict.PASSED),
    ),
    (
        "a comment before the root",
        REGISTER,
        TEXT.replace("<response>", "<!-- x --><response>").encode(),
        screened(Verdict.PASSED),
    ),
    (
        "spaces within",
        REGISTER,
        TEXT.replace("OK", " OK\n").encode(),
        screened(Verdict.PASSED),
    ),
    (
        "CDATA",
        REGISTER,
        TEXT.replace(">OK<", "><![CDATA[OK]]><").encode(),
        screened(Verdict.PASSED),
    ),
    (
        "character references",
        REGISTER,
        TEXT.replace(">OK<", ">&#79;&#x4B;<").encode(),
        screened(Verdict.PASSED),
    ),
    (
        "another order of elements",
        REGISTER,
        TEXT.replace("<result>OK</result>", "")
        .replace("</response>", "<result>OK</result></response>")
        .encode(),
        screened(Verdict.PASSED),
    ),
    (
        "unknown elements beside",
        REGISTER,
        response(
            info(auto("OK") + "<extra>1</extra>", number=NUMBER) + "<more><x/></more>"
        ),
        screened(Verdict.PASSED),
    ),
    (
        "an empty errors block",
        REGISTER,
        response(info(auto("OK"), number=NUMBER) + "<errors/>"),
        screened(Verdict.PASSED),
    ),
    (
        "an empty error",
        REGISTER,
        response(info(auto("OK"), number=NUMBER) + "<errors><error/></errors>"),
        screened(Verdict.PASSED),
    ),
    (
        "Shift_JIS declared and sent",
        REGISTER,
        registered("審査中").decode().replace("UTF-8", "Shift_JIS").encode("cp932"),
        screened(Verdict.STARTED),
    ),
    (
        "Windows-31J declared and sent",
        REGISTER,
        registered("審査中").decode().replace("UTF-8", "Windows-31J").encode("cp932"),
        screened(Verdict.STARTED),
    ),
    (
        "asked: passed at once",
        INQUIRE,
        response(info(auto("OK"))),
        screened(Verdict.PASSED),
    ),
    (
        "asked: failed at once",
        INQUIRE,
        response(info(auto("NG"))),
        screened(Verdict.FAILED),
    ),
    (
        "asked: not reviewed yet",
        INQUIRE,
        response(info(manual(""))),
        screened(Verdict.STARTED),
    ),
    (
        "asked: no manual element",
        INQUIRE,
        response(info(auto("審査中"))),
        screened(Verdict.STARTED),
    ),
    (
        "asked: passed by a person",
        INQUIRE,
        response(info(manual("OK"))),
        screened(Verdict.PASSED),
    ),
    (
        "asked: failed by a person",
        INQUIRE,
        response(info(manual("NG", "理由"))),
        screened(Verdict.FAILED, "理由"),
    ),
    (
        "asked: held",
        INQUIRE,
        response(info(manual("保留", "番地", "", "電話"))),
        screened(Verdict.HELD, "番地", "電話"),
    ),
    (
        "asked: held without reasons",
        INQUIRE,
        response(info(manual("保留"))),
        screened(Verdict.HELD),
    ),
    (
        "asked: both agree",
        INQUIRE,
        response(info(auto("OK") + "<manualAuthoriresult>OK</manualAuthoriresult>")),
        screened(Verdict.PASSED),
    ),
    (
        "amended: screened again",
        AMEND,
        response(info(auto("NG"))),
        screened(Verdict.FAILED),
    ),
    (
        "amended: unchanged, empty",
        AMEND,
        response(info(auto(""))),
        Accepted(provider_transaction_id=ID),
    ),
    (
        "amended: unchanged, absent",
        AMEND,
        response(info()),
        Accepted(provider_transaction_id=ID),
    ),
    ("cancelled", CANCEL, response(info()), Accepted(provider_transaction_id=ID)),
    (
        "cancelled with an empty verdict",
        CANCEL,
        response(info(auto(""))),
        Accepted(provider_transaction_id=ID),
    ),
    ("reported", REPORT, response(info()), Accepted(provider_transaction_id=ID)),
    ("report changed", CHANGE, response(info()), Accepted(provider_transaction_id=ID)),
    (
        "report taken back",
        TAKE_BACK,
        response(info()),
        Accepted(provider_transaction_id=ID),
    ),
    (
        "print data",
        PRINT,
        response(
            f"<invoiceInfo><name>見本花子</name><billedAmount>-1円</billedAmount><transactionId>{ID}</transactionId>"
            "<details><detail><goods>茶</goods><goodsExpand/></detail></details></invoiceInfo>"
        ),
        PrintData(
            provider_transaction_id=ID,
            values={"name": "見本花子", "billedAmount": "-1円", "transactionId": ID},
            lines=[{"goods": "茶", "goodsExpand": ""}],
        ),
    ),
    (
        "print data without lines",
        PRINT,
        response(f"<invoiceInfo><transactionId>{ID}</transactionId></invoiceInfo>"),
        PrintData(provider_transaction_id=ID, values={"transactionId": ID}, lines=[]),
    ),
]
REFUSED: list[Row] = [
    (
        "one error",
        REGISTER,
        refused(error("name", "er000001")),
        refusal(("name", "er000001")),
    ),
    (
        "two errors",
        REGISTER,
        refused(error("name", "er1"), error("zip", "er2")),
        refusal(("name", "er1"), ("zip", "er2")),
    ),
    ("no errors block", REGISTER, response("", "NG"), refusal()),
    ("an empty errors block", CANCEL, refused(), refusal()),
    (
        "an unknown code",
        REGISTER,
        refused(error("?", "zz9999")),
        refusal(("?", "zz9999")),
    ),
    (
        "an echo without an id",
        REGISTER,
        refused(
            error("tel", "er1"),
            inner=f"<transactionInfo><shopOrderId>{NUMBER}</shopOrderId></transactionInfo>",
        ),
        refusal(("tel", "er1")),
    ),
    *[
        (
            f"credentials: {point}",
            REGISTER,
            refused(error(point, "er1")),
            refusal((point, "er1"), are_credentials=True),
        )
        for point in ("shopCode", "linkId", "linkPassword", "linkInfo")
    ],
    (
        "credentials among others",
        REPORT,
        refused(error("transactionId", "er1"), error("linkId", "er2")),
        refusal(("transactionId", "er1"), ("linkId", "er2"), are_credentials=True),
    ),
    *[
        (
            f"already cancelled: {operation.value}",
            operation,
            refused(error("transactionId", "er000033")),
            AlreadyCancelled(),
        )
        for operation in Operation
        if operation is not REGISTER
    ],
    (
        "already cancelled is no answer to a registration",
        REGISTER,
        refused(error("transactionId", "er000033")),
        refusal(("transactionId", "er000033")),
    ),
    (
        "refused, another's id",
        AMEND,
        refused(error("name", "er1"), inner=info(named="X9")),
        refusal(("name", "er1")),
    ),
]
_LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_EXTERNAL = '<!DOCTYPE r [<!ENTITY x SYSTEM "{}">]>'


def _with_type(doctype: str, reference: str = "OK") -> bytes:
    return (
        TEXT.replace("<response>", f"{doctype}<response>")
        .replace(">OK<", f">{reference}<", 1)
        .encode()
    )


_DEEP = "<a>" * 5_000 + "</a>" * 5_000
FORBIDDEN, NOT_XML = unclear(Unread.FORBIDDEN_MARKUP), unclear(Unread.NOT_XML)
HOSTILE: list[Row] = [
    ("billion laughs", REGISTER, _with_type(_LAUGHS, "&b;"), FORBIDDEN),
    (
        "quadratic entity",
        REGISTER,
        _with_type(f'<!DOCTYPE r [<!ENTITY a "{"x" * 9_000}">]>', "&a;" * 900),
        FORBIDDEN,
    ),
    (
        "external file",
        REGISTER,
        _with_type(_EXTERNAL.format("file:///etc/passwd"), "&x;"),
        FORBIDDEN,
    ),
    (
        "external http",
        REGISTER,
        _with_type(_EXTERNAL.format("http://127.0.0.1:9/x"), "&x;"),
        FORBIDDEN,
    ),
    (
        "parameter entity",
        REGISTER,
        _with_type('<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>'),
        FORBIDDEN,
    ),
    ("a bare document type", REGISTER, _with_type("<!DOCTYPE response>"), FORBIDDEN),
    (
        "an external document type",
        REGISTER,
        _with_type('<!DOCTYPE response SYSTEM "http://127.0.0.1:9/d">'),
        FORBIDDEN,
    ),
    (
        "an undeclared entity",
        REGISTER,
        TEXT.replace(">OK<", ">&ok;<").encode(),
        NOT_XML,
    ),
    (
        "a document type in UTF-16",
        REGISTER,
        _with_type(_LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        unclear(Unread.WRONG_CHARSET),
    ),
    ("nested 5,000 deep", REGISTER, response(info(_DEEP)), NOT_XML),
    (
        "nested 9 deep",
        REGISTER,
        response("<a>" * 8 + "</a>" * 8),
        unclear(Unread.TOO_LARGE),
    ),
    (
        "over the cap",
        REGISTER,
        response(f"<a>{'x' * 1_000_000}</a>"),
        unclear(Unread.TOO_LARGE),
    ),
    (
        "a comment within a text",
        REGISTER,
        TEXT.replace(">OK<", ">O<!-- N -->K<").encode(),
        FORBIDDEN,
    ),
    (
        "a comment between elements",
        REGISTER,
        TEXT.replace("<result>", "<!-- --><result>").encode(),
        FORBIDDEN,
    ),
    (
        "an instruction",
        REGISTER,
        TEXT.replace("<result>", "<?x y?><result>").encode(),
        FORBIDDEN,
    ),
    (
        "text beside elements",
        REGISTER,
        TEXT.replace("<result>", "NG<result>").encode(),
        NOT_XML,
    ),
    (
        "HTML with 200",
        REGISTER,
        b"<!DOCTYPE html><html><body>maintenance</body></html>",
        FORBIDDEN,
    ),
    (
        "old HTML with 200",
        REGISTER,
        b"<html><body><h1>503</h1></body></html>",
        unclear(Unread.WRONG_ROOT),
    ),
    ("broken HTML with 200", REGISTER, b"<html><body><br>busy</body></html>", NOT_XML),
    ("JSON with 200", REGISTER, b'{"result":"OK"}', NOT_XML),
    ("nothing with 200", REGISTER, b"", NOT_XML),
    ("blanks with 200", REGISTER, b" \r\n ", NOT_XML),
    ("a BOM alone", REGISTER, b"\xef\xbb\xbf", NOT_XML),
    ("a declaration alone", REGISTER, HEAD.encode(), NOT_XML),
    ("NUL bytes", REGISTER, TEXT.replace(">OK<", ">O\0K<").encode(), NOT_XML),
    (
        "a control character",
        REGISTER,
        TEXT.replace(">OK<", ">O\x0bK<").encode(),
        NOT_XML,
    ),
    ("garbage after the end", REGISTER, PASSED + b"<x/>", NOT_XML),
    ("text after the end", REGISTER, PASSED + b"OK", NOT_XML),
    ("two documents", REGISTER, PASSED + TEXT.removeprefix(HEAD).encode(), NOT_XML),
    ("two declarations", REGISTER, (HEAD + TEXT).encode(), NOT_XML),
    (
        "another root",
        REGISTER,
        TEXT.replace("response>", "result2>").encode(),
        unclear(Unread.WRONG_ROOT),
    ),
    (
        "our request echoed",
        REGISTER,
        TEXT.replace("response>", "request>").encode(),
        unclear(Unread.WRONG_ROOT),
    ),
    (
        "a namespace",
        REGISTER,
        TEXT.replace("<response>", '<response xmlns="urn:x">').encode(),
        unclear(Unread.WRONG_ROOT),
    ),
    (
        "an unknown encoding",
        REGISTER,
        TEXT.replace("UTF-8", "ISO-8859-1").encode(),
        unclear(Unread.WRONG_CHARSET),
    ),
    (
        "UTF-16 declared",
        REGISTER,
        TEXT.replace("UTF-8", "UTF-16").encode("utf-16"),
        unclear(Unread.WRONG_CHARSET),
    ),
    (
        "UTF-8 declared, Shift_JIS sent",
        REGISTER,
        registered("審査中").decode().encode("cp932"),
        unclear(Unread.WRONG_CHARSET),
    ),
    (
        "Shift_JIS declared, UTF-8 sent",
        REGISTER,
        registered("審査中").decode().replace("UTF-8", "Shift_JIS").encode(),
        unclear(Unread.UNKNOWN_WORD),
    ),
    (
        "a gzip stream",
        REGISTER,
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
        unclear(Unread.WRONG_CHARSET),
    ),
]
UNKNOWN_WORD, MISSING = unclear(Unread.UNKNOWN_WORD), unclear(Unread.MISSING)
OTHER_ID, REPEATED = unclear(Unread.OTHER_ID), unclear(Unread.REPEATED)
CONTRADICTION = unclear(Unread.CONTRADICTION)
UNKNOWN_RESULT = unclear(Unread.UNKNOWN_RESULT)
_MANUAL = "<manualAuthoriresult>{}</manualAuthoriresult>"
DOUBTFUL: list[Row] = [
    (
        "no result",
        REGISTER,
        TEXT.replace("<result>OK</result>", "").encode(),
        UNKNOWN_RESULT,
    ),
    (
        "an empty result",
        REGISTER,
        response(info(auto("OK"), number=NUMBER), ""),
        UNKNOWN_RESULT,
    ),
    (
        "a result in small letters",
        REGISTER,
        response(info(auto("OK"), number=NUMBER), "ok"),
        UNKNOWN_RESULT,
    ),
    (
        "a full-width result",
        REGISTER,
        response(info(auto("OK"), number=NUMBER), "ＯＫ"),
        UNKNOWN_RESULT,
    ),
    ("an empty response", REGISTER, b"<response/>", UNKNOWN_RESULT),
    (
        "two results",
        REGISTER,
        TEXT.replace(
            "<result>OK</result>", "<result>OK</result><result>NG</result>"
        ).encode(),
        REPEATED,
    ),
    (
        "two equal results",
        REGISTER,
        TEXT.replace("<result>OK</result>", "<result>OK</result>" * 2).encode(),
        REPEATED,
    ),
    (
        "two transactions",
        REGISTER,
        response(info(auto("OK"), number=NUMBER) * 2),
        REPEATED,
    ),
    (
        "two verdicts",
        REGISTER,
        response(info(auto("OK") + auto("NG"), number=NUMBER)),
        REPEATED,
    ),
    (
        "two ids",
        INQUIRE,
        response(info(f"<transactionId>{ID}</transactionId>" + auto("OK"))),
        REPEATED,
    ),
    (
        "two reason blocks",
        INQUIRE,
        response(info(manual("保留", "番地") + "<manualAuthorireasons/>")),
        REPEATED,
    ),
    ("no transaction", REGISTER, response(""), MISSING),
    ("an empty transaction", REGISTER, response("<transactionInfo/>"), MISSING),
    (
        "no transaction id",
        REGISTER,
        response(
            f"<transactionInfo><shopOrderId>{NUMBER}</shopOrderId>{auto('OK')}</transactionInfo>"
        ),
        MISSING,
    ),
    ("an empty transaction id", REGISTER, registered("OK", named=""), MISSING),
    (
        "a transaction id in Japanese",
        REGISTER,
        registered("OK", named="取引１"),
        MISSING,
    ),
    (
        "a transaction id of 41 characters",
        REGISTER,
        registered("OK", named="X" * 41),
        MISSING,
    ),
    ("accepted without a transaction", CANCEL, response(""), MISSING),
    (
        "reported without an id",
        REPORT,
        response("<transactionInfo></transactionInfo>"),
        MISSING,
    ),
    ("print data in the wrong block", PRINT, response(info()), MISSING),
    ("no print data", PRINT, response(""), MISSING),
    (
        "print data without an id",
        PRINT,
        response("<invoiceInfo><name>見本</name></invoiceInfo>"),
        MISSING,
    ),
    ("no verdict", REGISTER, response(info(number=NUMBER)), UNKNOWN_WORD),
    ("an empty verdict", REGISTER, registered(""), UNKNOWN_WORD),
    ("an unknown verdict", REGISTER, registered("再審査"), UNKNOWN_WORD),
    ("保留 at once", REGISTER, registered("保留"), UNKNOWN_WORD),
    (
        "capital R, as the spelling trap has it",
        REGISTER,
        response(info("<autoAuthoriResult>OK</autoAuthoriResult>", number=NUMBER)),
        UNKNOWN_WORD,
    ),
    ("asked: no verdict", INQUIRE, response(info()), UNKNOWN_WORD),
    ("asked: an unknown verdict", INQUIRE, response(info(auto("?"))), UNKNOWN_WORD),
    (
        "asked: an unknown word of a person",
        INQUIRE,
        response(info(manual("要確認"))),
        UNKNOWN_WORD,
    ),
    ("amended: an unknown verdict", AMEND, response(info(auto("?"))), UNKNOWN_WORD),
    ("another order's number", REGISTER, registered("OK", number="A-1002"), OTHER_ID),
    (
        "our number in other letters",
        REGISTER,
        registered("OK", number="a-1001"),
        OTHER_ID,
    ),
    ("no order number", REGISTER, registered("OK", number=""), OTHER_ID),
    *[
        (
            f"another's id: {operation.value}",
            operation,
            response(info(auto("OK"), named="X0000000002")),
            OTHER_ID,
        )
        for operation in (INQUIRE, AMEND, CANCEL, REPORT, CHANGE, TAKE_BACK)
    ],
    (
        "another's print data",
        PRINT,
        response("<invoiceInfo><transactionId>X2</transactionId></invoiceInfo>"),
        OTHER_ID,
    ),
    (
        "OK with errors",
        REGISTER,
        response(
            info(auto("OK"), number=NUMBER) + f"<errors>{error('name', 'er1')}</errors>"
        ),
        CONTRADICTION,
    ),
    (
        "refused, and yet an id",
        REGISTER,
        refused(error("name", "er1"), inner=info()),
        CONTRADICTION,
    ),
    (
        "passed by machine, failed by a person",
        INQUIRE,
        response(info(auto("OK") + _MANUAL.format("NG"))),
        CONTRADICTION,
    ),
    (
        "passed by machine, held by a person",
        INQUIRE,
        response(info(auto("OK") + _MANUAL.format("保留"))),
        CONTRADICTION,
    ),
    (
        "failed by machine, passed by a person",
        INQUIRE,
        response(info(auto("NG") + _MANUAL.format("OK"))),
        CONTRADICTION,
    ),
]
_WHOLE = registered("審査中")
CUTS = 20
_POSITIONS = [1 + n * (len(_WHOLE) - 2) // (CUTS - 1) for n in range(CUTS)]
TRUNCATED: list[tuple[str, Operation, bytes]] = [
    (f"cut after {at} of {len(_WHOLE)} bytes", REGISTER, _WHOLE[:at])
    for at in _POSITIONS
]
ROWS: list[Row] = [*UNDERSTOOD, *REFUSED, *HOSTILE, *DOUBTFUL]
