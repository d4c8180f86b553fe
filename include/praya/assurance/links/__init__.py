"""Whether every permanent address that was ever given leads to its file, or to a tombstone where it was withdrawn."""

from praya.assurance.links.link_check import Checked, follow_links

__all__ = ["Checked", "follow_links"]
