"""Where people are reached beyond the pages: mail addresses and browsers, and who carries messages there."""
