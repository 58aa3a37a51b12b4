"""The pages, one blueprint per capability."""
