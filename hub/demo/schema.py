"""The tables of the shop's own book."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS placed_order (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  number TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL UNIQUE,
  cart_id TEXT NOT NULL UNIQUE,
  placed_at TEXT NOT NULL,
  version INTEGER NOT NULL,
  buyer TEXT NOT NULL,
  ship_to TEXT,
  basket TEXT NOT NULL,
  payment_method TEXT NOT NULL,
  cancelled_at TEXT,
  carrier TEXT,
  tracking_number TEXT,
  shipped_at TEXT,
  shipment_version INTEGER,
  sequence INTEGER NOT NULL DEFAULT -1,
  news BLOB
);
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook_id TEXT NOT NULL UNIQUE,
  order_number TEXT NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  written_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at REAL NOT NULL,
  outcome TEXT NOT NULL DEFAULT '',
  delivered_at TEXT
);
CREATE TABLE IF NOT EXISTS callback (
  webhook_id TEXT PRIMARY KEY,
  order_number TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  received_at TEXT NOT NULL,
  reception TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
