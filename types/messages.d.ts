/** The keys of all texts: a new catalogue is named here once. */
type Catalogues = typeof import("../functions/web/messages/en/bookings.json") &
  typeof import("../functions/web/messages/en/commits.json") &
  typeof import("../functions/web/messages/en/capture.json") &
  typeof import("../functions/web/messages/en/docs.json") &
  typeof import("../functions/web/messages/en/encounters.json") &
  typeof import("../functions/web/messages/en/identity.json") &
  typeof import("../functions/web/messages/en/launches.json") &
  typeof import("../functions/web/messages/en/medications.json") &
  typeof import("../functions/web/messages/en/notifications.json") &
  typeof import("../functions/web/messages/en/patients.json") &
  typeof import("../functions/web/messages/en/payouts.json") &
  typeof import("../functions/web/messages/en/shell.json") &
  typeof import("../functions/web/messages/en/visits.json");

export type MessageKey = keyof Catalogues;
