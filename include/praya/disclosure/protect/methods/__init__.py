"""One small file a method, each declares a `DisclosureMethod`."""
