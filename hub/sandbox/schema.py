"""The tables of the company's book; a book of an earlier sandbox is taken along."""

import sqlite3
from typing import Final

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS merchant (
    shop_code TEXT PRIMARY KEY, link_id TEXT NOT NULL, link_password TEXT NOT NULL,
    name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transactions (
    no INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL,
    shop_order_id TEXT NOT NULL, state TEXT NOT NULL, amount INTEGER NOT NULL,
    due_at REAL, document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS transactions_by_order
    ON transactions (merchant, shop_order_id);
CREATE INDEX IF NOT EXISTS transactions_by_due
    ON transactions (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS request (
    no INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operation TEXT NOT NULL,
    merchant TEXT NOT NULL, shop_order_id TEXT NOT NULL, transaction_id TEXT NOT NULL,
    amount INTEGER, result TEXT NOT NULL, codes TEXT NOT NULL, fault TEXT NOT NULL,
    is_applied INTEGER NOT NULL, is_answered INTEGER NOT NULL, notes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS request_body (
    slot INTEGER PRIMARY KEY, request_no INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS agenda (
    no INTEGER PRIMARY KEY AUTOINCREMENT, due_at REAL NOT NULL, kind TEXT NOT NULL,
    document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS agenda_by_due ON agenda (due_at, no);
"""


def prepare_tables(database: sqlite3.Connection) -> None:
    """Make what is missing; what is there stays."""
    database.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
