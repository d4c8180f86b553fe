"""release: a protected table → one immutable, numbered publication, and then the pointer to it.

Nothing is imported here: contracts, which are read where DAGs are parsed, look into this package for its output
formats, and the step imports DuckDB and pyarrow.
"""
