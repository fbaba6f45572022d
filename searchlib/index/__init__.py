"""The index as a user holds it: opening it, changing it, reading one generation of it."""
