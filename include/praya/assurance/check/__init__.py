"""Whether the files of a project are in order: contracts, suites, marts, the register of metrics and the revisions."""

from praya.assurance.check.project_check import ProjectCheck, check_project

__all__ = ["ProjectCheck", "check_project"]
