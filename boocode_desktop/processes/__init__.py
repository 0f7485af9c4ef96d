"""Places, supervised children, the sandbox launcher, the local engine and guarded file access."""
