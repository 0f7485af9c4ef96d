"""Values and decisions, standard library only. Imported by every room; imports none."""
