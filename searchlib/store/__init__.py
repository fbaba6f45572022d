"""The files of an index: segments, deletes, manifest, lock, and how a commit replaces them."""
