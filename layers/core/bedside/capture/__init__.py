"""Capture of an encounter's photos: sessions, QR codes, uploads and images."""
