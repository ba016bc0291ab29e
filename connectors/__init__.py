"""Connectors: where machine data come from. No stage of the library imports one."""
