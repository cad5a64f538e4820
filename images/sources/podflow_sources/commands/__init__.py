"""The subcommands of `sources`, one module a source."""
