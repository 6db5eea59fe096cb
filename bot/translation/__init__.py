"""Text that no person translated: engine, protection, glossary, memory, checks."""
