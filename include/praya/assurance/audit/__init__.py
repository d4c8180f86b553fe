"""All datasets side by side for auditors: the last attempt, what is out, verdict, waivers, fault score."""

from praya.assurance.audit.dataset_index import audit_datasets, find_unchecked_fields

__all__ = ["audit_datasets", "find_unchecked_fields"]
