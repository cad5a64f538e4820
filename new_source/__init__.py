"""`make new-source`: the files of a new source, written from templates."""
