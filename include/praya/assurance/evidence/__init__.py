"""One release with all that shows where it comes from, as a ZIP that an auditor checks without Praya."""

from praya.assurance.evidence.evidence_zip import write_evidence

__all__ = ["write_evidence"]
