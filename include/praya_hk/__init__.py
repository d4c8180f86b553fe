"""Praya for Hong Kong: the reports of Head 135 and of 1823, the synthetic 1823, and the server of the source documents.

The library finds it by its entry points, as it would find anybody's package, and knows nothing of it.
"""
