"""What is searched for? Queries as values, as text, and as plans for the native core."""
