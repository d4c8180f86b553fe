"""Recognisers of what is of Hong Kong; one small file each, which declares a `Recogniser`."""
