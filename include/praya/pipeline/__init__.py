"""The steps from a source to a release, which meet on the store and not on each other."""
