"""What an artifact tells those who must trust it: its contents, its licences, its origin."""
