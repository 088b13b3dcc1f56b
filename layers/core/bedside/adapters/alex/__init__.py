"""ALEX, the FHIR interface of Medtech Evolution, through a relay whose address its operator has allowed.

What it does differently from FHIR: access by client secret, a header that names the facility, documents as inbox scans
(TIFF or PDF below 8 MB) instead of Media, and searches that answer 403 unless they ask in the right way.
"""
