"""The tables, one file a domain; `schema.py` holds what they share."""
