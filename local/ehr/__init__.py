"""Stand-ins for facilities' records: FHIR servers of R4 and R5 behind SMART, and ALEX with its peculiarities.

What they take is validated by the package fhir.resources, and kept in memory. https://hl7.org/fhir/http.html and
https://hl7.org/fhir/smart-app-launch/backend-services.html describe what is imitated.
"""
