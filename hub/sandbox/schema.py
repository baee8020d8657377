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
CREATE TABLE IF NOT EXISTS buyer (
    no INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
    open_yen INTEGER NOT NULL DEFAULT 0, open_count INTEGER NOT NULL DEFAULT 0,
    orders INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS payout (
    no INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL,
    total INTEGER NOT NULL, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS terms (
    merchant TEXT NOT NULL, from_month TEXT NOT NULL, plan TEXT NOT NULL,
    cycle INTEGER NOT NULL, PRIMARY KEY (merchant, from_month)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS application (
    no INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS buyer_key (key TEXT PRIMARY KEY, buyer INTEGER NOT NULL)
    WITHOUT ROWID;
"""
# Columns that came later; a book of an earlier sandbox gets them when it is opened.
_LATER_COLUMNS: Final = (
    ("transactions", "buyer", "INTEGER"),
    ("transactions", "registered", "REAL"),
    ("transactions", "open_yen", "INTEGER NOT NULL DEFAULT 0"),
    ("transactions", "settle", "INTEGER"),
    ("merchant", "starts_on", "TEXT"),
)
_INDEXES: Final = """
CREATE INDEX IF NOT EXISTS transactions_by_order
    ON transactions (merchant, shop_order_id);
CREATE INDEX IF NOT EXISTS transactions_by_due
    ON transactions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS transactions_by_buyer
    ON transactions (buyer, registered) WHERE buyer IS NOT NULL;
CREATE INDEX IF NOT EXISTS transactions_on_the_desk
    ON transactions (no) WHERE state IN ('REVIEW', 'HOLD');
CREATE INDEX IF NOT EXISTS transactions_to_settle
    ON transactions (merchant, no) WHERE settle IS NOT NULL;
CREATE INDEX IF NOT EXISTS payouts_by_merchant ON payout (merchant, no);
CREATE INDEX IF NOT EXISTS agenda_by_due ON agenda (due_at, no);
CREATE INDEX IF NOT EXISTS buyer_by_balance ON buyer (open_yen) WHERE open_yen > 0;
CREATE TRIGGER IF NOT EXISTS order_opens AFTER INSERT ON transactions
WHEN NEW.buyer IS NOT NULL BEGIN
    UPDATE buyer SET orders=orders+1, open_yen=open_yen+NEW.open_yen,
        open_count=open_count+(NEW.open_yen>0) WHERE no=NEW.buyer;
END;
CREATE TRIGGER IF NOT EXISTS balance_moves AFTER UPDATE OF open_yen ON transactions
WHEN OLD.open_yen<>NEW.open_yen OR OLD.buyer IS NOT NEW.buyer BEGIN
    UPDATE buyer SET open_yen=open_yen-OLD.open_yen,
        open_count=open_count-(OLD.open_yen>0),
        orders=orders-(OLD.buyer IS NOT NEW.buyer) WHERE no=OLD.buyer;
    UPDATE buyer SET open_yen=open_yen+NEW.open_yen,
        open_count=open_count+(NEW.open_yen>0),
        orders=orders+(OLD.buyer IS NOT NEW.buyer) WHERE no=NEW.buyer;
END;
"""


def prepare_tables(database: sqlite3.Connection) -> None:
    """Make what is missing; what is there stays."""
    database.executescript(f"BEGIN IMMEDIATE;{_TABLES}COMMIT;")
    for table, name, kind in _LATER_COLUMNS:
        columns = database.execute(f"PRAGMA table_info({table})")
        if name not in {row[1] for row in columns}:
            database.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    database.executescript(f"BEGIN IMMEDIATE;{_INDEXES}COMMIT;")
