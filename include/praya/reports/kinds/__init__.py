"""One small file a report, each declares a `Report`."""
