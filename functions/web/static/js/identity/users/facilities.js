/** The facilities that the administrator may choose from, by name. */
import { getAll } from "../../shell/lists.js";
import { facilityWithCode } from "../../shell/users.js";

/** @typedef {Pick<import("openapi").FacilityDocument, "facilityId" | "name" | "country" | "timeZone">} Facility */

/**
 * @returns {Promise<Facility[]>} all facilities that the caller administers, by name
 */
export async function fetchFacilities() {
  /** @type {Facility[]} */
  const found = await getAll("/admin/facilities", "facilities");
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/**
 * @param {HTMLSelectElement} select
 * @param {Facility[]} facilities
 * @param {string} chosen the id of the facility to select
 */
export function drawFacilities(select, facilities, chosen) {
  select.replaceChildren(
    ...facilities.map(({ facilityId, name }) => new Option(facilityWithCode({ facilityId, facilityName: name }), facilityId, false, facilityId === chosen)),
  );
}
