"""metrics: what each metric of the register means, and all its figures, as known on a day; from released data only."""

from praya.reports.metrics.figures import Figures, Observation, Revised
from praya.reports.metrics.judged import Judged, held, judged

__all__ = ["Figures", "Judged", "Observation", "Revised", "held", "judged"]
