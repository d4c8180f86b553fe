"""Codes for reports and documents that are made from releases."""

from praya.errors.error_code import Code

FIGURES_DISAGREE = Code(
    "PRAYA-REPORT-001",
    means="Two released figures contradict each other, for example parts and their total.",
    do="Correct one of the two at its source, and release the dataset again.",
)
FIGURE_MISSING = Code(
    "PRAYA-REPORT-002",
    means="A figure that the report shows is in no release.",
    do="Add the figure to the source document's data, and release the dataset again.",
)
SYNTHETIC_NOT_SHOWN = Code(
    "PRAYA-REPORT-003",
    means="The report and its data disagree on whether figures are generated.",
    do="Correct the definition of the report, so that it marks generated figures, or uses none.",
)
UNKNOWN = Code(
    "PRAYA-REPORT-004",
    means="There is no report of that name.",
    do="Choose one of the names in the message.",
)
FONT_MISSING = Code(
    "PRAYA-REPORT-005",
    means="No font with Chinese characters was found, so no PDF can be made.",
    do="Install the fonts as the message says, and make the report again.",
)
PDF_FAILED = Code(
    "PRAYA-REPORT-006",
    means="Typst could not set the report as PDF.",
    do="Report the message; the other formats of the report are not affected.",
)
PARQUET_MISSING = Code(
    "PRAYA-REPORT-007",
    means="A report reads a release that has no Parquet file.",
    do="Add parquet to `release.formats` of the dataset's contract, and release it again.",
)
