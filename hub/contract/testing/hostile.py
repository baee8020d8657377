"""Bodies that a translate must survive: it may only refuse to read them (G3)."""

from collections.abc import Mapping


def hostile_bodies() -> Mapping[str, bytes]:
    """Return hostile bodies by name; not one of them is a readable message."""
    return {**_BROKEN, **_nested(), **_numbers(), **_texts(), **_shapes()}


_BROKEN: Mapping[str, bytes] = {
    "empty": b"",
    "spaces": b"  \n\t ",
    "a word": b"order",
    "a form": b"order=1&total=2",
    "XML": b"<?xml version='1.0'?><order/>",
    "HTML": b"<!DOCTYPE html><html></html>",
    "half an object": b'{"type":"order.placed"',
    "half a text": b'{"type":"order.pl',
    "trailing comma": b'{"type":"order.placed",}',
    "single quotes": b"{'type':'order.placed'}",
    "a comment": b'{"type":"order.placed"/* */}',
    "two documents": b'{"type":"order.placed"}{"type":"order.placed"}',
    "lines of documents": b'{"type":"x"}\n{"type":"x"}',
    "a tail": b'{"type":"order.placed"} order',
    "NUL bytes": b"\0" * 64,
    "NUL at the end": b'{"type":"order.placed"}\0',
    "random bytes": bytes(range(256)),
    "UTF-16": '{"type":"order.placed"}'.encode("utf-16"),
    "UTF-32": '{"type":"order.placed"}'.encode("utf-32"),
    "Shift_JIS": '{"type":"後払い表示"}'.encode("cp932"),
    "EUC-JP": '{"type":"後払い"}'.encode("euc-jp"),
    "overlong UTF-8": b'{"type":"\xc0\xaf"}',
    "cut UTF-8": b'{"type":"\xe5\xbe"}',
    "surrogate in UTF-8": b'{"type":"\xed\xa0\x80"}',
    "two byte order marks": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "raw line feed in a text": b'{"type":"order\n.placed"}',
    "bad escape": b'{"type":"\\x41"}',
    "half an escape": b'{"type":"\\u12"}',
    "a lone backslash": b'{"type":"\\',
    "only quotes": b'"' * 50_001,
    "only escaped quotes": b'"' + b'\\"' * 200_000,
    "escaped quotes and a backslash": b'"' + b'\\"' * 200_000 + b"\\",
    "only backslashes": b"\\" * 200_000,
    "only commas": b"," * 200_000,
    "only colons": b":" * 200_000,
}


def _nested() -> dict[str, bytes]:
    return {
        "deep arrays": b"[" * 100_000 + b"]" * 100_000,
        "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "open arrays": b"[" * 100_000,
        "closed arrays": b"]" * 100_000,
        "33 levels": b'{"type":"order.placed","order":' + b"[" * 33 + b"]" * 33 + b"}",
        "a huge array": b'{"type":"order.placed","order":[' + b"0," * 30_000 + b"0]}",
        "many members": b"{"
        + b",".join(b'"m%d":0' % number for number in range(30_000))
        + b"}",
        "many objects": b"[" + b"{}," * 30_000 + b"{}]",
    }


def _numbers() -> dict[str, bytes]:
    def with_total(number: bytes) -> bytes:
        return b'{"type":"order.placed","order":{"number":"A","total":%b}}' % number

    written = {
        "NaN": b"NaN",
        "Infinity": b"Infinity",
        "minus Infinity": b"-Infinity",
        "1e400": b"1e400",
        "5,000 digits": b"9" * 5000,
        "19 digits": b"9" * 19,
        "minus 19 digits": b"-" + b"9" * 19,
        "a million digits": b"1" * 1_000_000,
        "leading zero": b"0123",
        "plus sign": b"+1",
        "hexadecimal": b"0x10",
        "underscores": b"1_000",
        "comma": b"1,000",
        "no digits": b"-",
        "point alone": b".5",
    }
    return {f"number: {name}": with_total(number) for name, number in written.items()}


def _texts() -> dict[str, bytes]:
    return {
        "text: NUL": b'{"type":"order.placed","order":{"number":"A\\u0000"}}',
        "text: NUL in a name": b'{"type":"order.placed","a\\u0000":1}',
        "text: lone surrogate": b'{"type":"order.placed","order":{"number":"\\ud800"}}',
        "text: reversed pair": b'{"type":"\\ude00\\ud83d"}',
        "repeated name": b'{"type":"order.placed","type":"order.cancelled"}',
        "repeated total": b'{"order":{"total":1,"total":2},"type":"order.placed"}',
        "repeated by escape": b'{"type":"order.placed","\\u0074ype":"order.cancelled"}',
        "a megabyte of text": b'{"type":"' + b"a" * 1_000_000 + b'"}',
    }


def _shapes() -> dict[str, bytes]:
    plain = ["null", "true", "false", "0", "-1", "1.5", '""', '"order"', "{}", "[[]]"]
    shapes = {f"scalar: {text}": text.encode() for text in plain}
    shapes |= {f"in an array: {text}": f"[{text}]".encode() for text in plain}
    shapes |= {
        f"as a type: {text}": f'{{"type":{text},"order":{text}}}'.encode()
        for text in plain
    }
    names = ["__proto__", "constructor", "__class__", "toString", "hasOwnProperty"]
    shapes |= {f"name: {name}": f'{{"{name}":{{"type":1}}}}'.encode() for name in names}
    return shapes
