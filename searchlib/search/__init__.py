"""Plans answered over one snapshot: the searcher, its ranking, results and their explanations."""
