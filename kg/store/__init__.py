"""The graph's tables in one DuckDB file: the only room with SQL DDL."""

from kg.store.file import Store, paper_key
from kg.store.part import Part
from kg.store.tables import DERIVED, EXTRACTED, ORDER, SCHEMA, TABLES, columns_of

__all__ = ["DERIVED", "EXTRACTED", "ORDER", "SCHEMA", "TABLES", "Part", "Store", "columns_of", "paper_key"]
