"""collect: source → snapshot. Bytes are stored once, as received, under their SHA-256, with a receipt."""

from praya.pipeline.collect.collect_step import Collection, collect_source

__all__ = ["Collection", "collect_source"]
