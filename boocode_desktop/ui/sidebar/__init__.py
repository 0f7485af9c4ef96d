"""The sidebar: projects, their sessions with live state, and the way into everything else."""
