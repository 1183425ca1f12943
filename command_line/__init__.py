"""What every command line of this project is made of: how it parses, helps and fails."""
