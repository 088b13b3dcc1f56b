/** The calls about services, free times, bookings and availability. */
import { apiCall, apiGet } from "../shell/api.js";
import { exchange, retry } from "../shell/http.js";
import { getAll } from "../shell/lists.js";
import { withAccessToken } from "../shell/tokens.js";
import { getFile } from "../shell/files.js";

/** At most this many pages of a list are read. */
const PAGES = 20;

/**
 * @typedef {import("openapi").ServiceDocument} Service
 * @typedef {import("openapi").SlotDocument} Slot
 * @typedef {import("openapi").BookingPolicyDocument} Policy
 * @typedef {import("openapi").BookingDocument} Booking
 * @typedef {import("openapi").AvailabilityDocument} Availability
 * @typedef {import("openapi").AvailabilityRequest} AvailabilityRequest
 */

/** @returns {Promise<Service[]>} by name */
export async function listServices() {
  return (await getOffer()).services;
}

/** @returns {Promise<{services: Service[], policy: Policy}>} what can be booked, and what comes back of payments */
export async function getOffer() {
  /** @type {Service[]} */
  const found = [];
  /** @type {Policy} */
  let policy = { freeUntilHours: 0, lateRefundPercent: 0 };
  let cursor = "";
  for (let page = 0; page < PAGES; page += 1) {
    /** @type {import("openapi").ServiceListDocument} */
    const answer = await apiGet(`/services${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...answer.services);
    cursor = answer.cursor ?? "";
    policy = answer.policy;
    if (!cursor) break;
  }
  return { services: found.sort((one, other) => one.name.localeCompare(other.name)), policy };
}

/**
 * @param {string} serviceId
 * @param {string} first a date, such as 2026-12-01, on the reader's clock
 * @param {string} last
 * @param {string} timeZone the reader's
 * @returns {Promise<Slot[]>}
 */
export async function listSlots(serviceId, first, last, timeZone) {
  const query = new URLSearchParams({ from: first, to: last, timeZone });
  return (await apiGet(`/services/${encodeURIComponent(serviceId)}/slots?${query}`)).slots;
}

/**
 * @param {Service} service
 * @param {Slot} slot
 * @param {string | null} packId of the pack whose visit is used, null to pay
 * @param {string} key the same for each try, so that a lost answer books nothing twice
 * @returns {Promise<Booking>}
 */
export function book({ serviceId, price }, { startsAt }, packId, key) {
  const payment = packId ? { packId } : { price };
  return apiCall("POST", "/bookings", { serviceId, startsAt, ...payment }, { "idempotency-key": key });
}

/**
 * @param {"upcoming" | "past"} view
 * @param {string} cursor of the page before, "" for the first
 * @returns {Promise<import("openapi").BookingListDocument>}
 */
export function listBookings(view, cursor) {
  return apiGet(`/bookings?${new URLSearchParams({ view, ...(cursor ? { cursor } : {}) })}`);
}

/** @returns {Promise<Booking[]>} a facility's whose refund has failed, the longest first */
export async function listFailedRefunds() {
  /** @type {import("openapi").BookingListDocument} */
  const { bookings } = await apiGet("/bookings?view=refundFailed");
  return bookings;
}

/**
 * @param {string} bookingId
 * @returns {Promise<Booking>}
 */
export function getBooking(bookingId) {
  return apiGet(`/bookings/${encodeURIComponent(bookingId)}`);
}

/**
 * Each may be repeated without harm.
 * @param {string} bookingId
 * @param {"cancel" | "reschedule" | "choice" | "refund"} step
 * @param {import("openapi").CancelBookingRequest | import("openapi").RescheduleBookingRequest | import("openapi").ChoiceRequest
 *   | import("openapi").RefundRequest} [wish]
 * @returns {Promise<Booking>}
 */
export function changeBooking(bookingId, step, wish) {
  return apiCall("POST", `/bookings/${encodeURIComponent(bookingId)}/${step}`, wish);
}

/**
 * @param {string} bookingId
 * @returns {Promise<string>} the file for calendars, in the page's language
 */
export function getCalendarFile(bookingId) {
  return getFile(`/bookings/${encodeURIComponent(bookingId)}/calendar.ics`, "text/calendar");
}

/**
 * @param {string} practitionerId
 * @returns {Promise<{availability: Availability, etag: string}>}
 */
export async function getAvailability(practitionerId) {
  const { body, etag } = await retry(() => withAccessToken((token) => exchange("GET", pathOf(practitionerId), { token })));
  return { availability: body, etag };
}

/**
 * @param {string} practitionerId
 * @param {AvailabilityRequest} availability
 * @param {string} etag
 * @returns {Promise<{availability: Availability, etag: string}>}
 */
export async function saveAvailability(practitionerId, availability, etag) {
  const headers = { "if-match": etag };
  const save = (/** @type {string} */ token) => exchange("PUT", pathOf(practitionerId), { token, body: availability, headers });
  const { body, etag: saved } = await withAccessToken(save);
  return { availability: body, etag: saved };
}

/**
 * @param {"PUT" | "DELETE"} method
 * @param {string} practitionerId
 * @param {string} date
 * @returns {Promise<import("openapi").BlockedDateDocument>}
 */
export function changeBlockedDate(method, practitionerId, date) {
  return apiCall(method, `/practitioners/${encodeURIComponent(practitionerId)}/blocked-dates/${date}`);
}

/**
 * @param {string} practitionerId
 * @param {string} date
 * @returns {Promise<import("openapi").BlockedDateDocument>}
 */
export function getBlockedDate(practitionerId, date) {
  return apiGet(`/practitioners/${encodeURIComponent(practitionerId)}/blocked-dates/${date}`);
}

/**
 * @param {string} serviceId
 * @returns {Promise<{service: Service, etag: string}>}
 */
export async function getService(serviceId) {
  const path = `/services/${encodeURIComponent(serviceId)}`;
  const { body, etag } = await retry(() => withAccessToken((token) => exchange("GET", path, { token })));
  return { service: body, etag };
}

/**
 * @param {import("openapi").ServiceRequest} service
 * @param {string} key the same for each try
 * @returns {Promise<Service>}
 */
export function addService(service, key) {
  return apiCall("POST", "/services", service, { "idempotency-key": key });
}

/**
 * @param {string} serviceId
 * @param {import("openapi").ServiceRequest} service
 * @param {string} etag
 * @returns {Promise<Service>}
 */
export function saveService(serviceId, service, etag) {
  return apiCall("PUT", `/services/${encodeURIComponent(serviceId)}`, service, { "if-match": etag });
}

/** @returns {Promise<import("openapi").PractitionerDocument[]>} the verified clinicians of the caller's facility */
export function listPractitioners() {
  return getAll("/visits/practitioners", "practitioners");
}

/** @param {string} practitionerId */
function pathOf(practitionerId) {
  return `/practitioners/${encodeURIComponent(practitionerId)}/availability`;
}
