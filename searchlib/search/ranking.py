"""How is a document's score made from counts? (docs/ranking.md)

BM25 over fields combined as one; the native core holds the formula, here are its settings.
Source: Robertson et al. 1994, the fields as in Robertson, Zaragoza and Taylor 2004.
"""

K1 = 1.2  # how slowly further occurrences of a word add to the score; 0: not at all
B = 0.75  # how much a long field is held against it; 0: not at all, 1: in proportion
