"""What a build of the incremental models costs, full and incremental, as tables grow."""
