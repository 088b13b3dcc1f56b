"""A facility's record behind FHIR R4 or R5: https://hl7.org/fhir/http.html."""
