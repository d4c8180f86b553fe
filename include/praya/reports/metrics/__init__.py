"""metrics: what each metric of the register means, and all its figures, as known on a day; from released data only."""

from praya.reports.metrics.judgement import Judged, held, judged
from praya.reports.metrics.observations import Figures, Observation, Revised

__all__ = ["Figures", "Judged", "Observation", "Revised", "held", "judged"]
