"""A release made again, from its snapshots or its protected table, and compared with what is published."""

from praya.assurance.reproduce.remade_release import Done, reproduce_release

__all__ = ["Done", "reproduce_release"]
