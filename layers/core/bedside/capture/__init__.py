"""Photos of one encounter: sessions, the codes that open them, uploads, images."""
