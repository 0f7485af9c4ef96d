"""git: worktrees, changes, checkpoints, blame. The only room that knows git."""
