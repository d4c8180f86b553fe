"""What a project is made of: its folders, addresses, keys and clock. Made once by the caller, and passed down."""

from praya.project.configuration import Clock, Project

__all__ = ["Clock", "Project"]
