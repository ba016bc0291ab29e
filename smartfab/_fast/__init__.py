"""Compiled kernels: arrays in, arrays out; no pandas, no checks, no prose."""
