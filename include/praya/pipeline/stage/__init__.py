"""stage: snapshot → table + quarantine. Typed rows as Parquet; what does not fit is kept, with the reason."""

from praya.pipeline.stage.stage_step import StageStep, stage_key, stage_table

__all__ = ["StageStep", "stage_key", "stage_table"]
