"""A tenant's records as tables: raw objects, and the Parquet of closed days."""
