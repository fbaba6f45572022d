"""How do other programs read a query text? One file for each way but our own.

Each has a function `read`: text, fields, operator and problems in, a tree out.
"""
