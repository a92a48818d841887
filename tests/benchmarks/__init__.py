"""Measurements of whole commands; nothing here is run by pytest."""
