"""The tests. A package on purpose: without this file, tests/telegram would stand in for the library of that name."""
