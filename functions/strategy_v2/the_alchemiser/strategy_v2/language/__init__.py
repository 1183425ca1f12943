"""The strategy language as text: tokens, trees, printing. It knows no operator."""
