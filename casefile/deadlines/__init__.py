"""Deadlines: opened, controlled, reminded, shown in the agenda."""
