"""One small file a report, each with a `REPORT`."""
