"""Praya's own routes, one module each; the entry points `praya.api_routes` find them."""
