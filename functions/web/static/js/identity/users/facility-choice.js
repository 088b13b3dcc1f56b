/** The facility whose people the page shows: an administrator's own, or the one that a system administrator chooses. */
import { reloadUser } from "../../shell/current-user.js";
import { byId } from "../../shell/dom.js";
import { t } from "../../shell/messages.js";
import { isSystemAdmin } from "../../shell/users.js";
import { drawFacilities, fetchFacilities } from "./facilities.js";

/**
 * @typedef {import("../../shell/users.js").User} User
 * @typedef {import("./facilities.js").Facility} Facility
 */

export class FacilityChoice {
  #select = byId("find-facility", HTMLSelectElement);
  /** Only system administrators choose among facilities. @type {Facility[]} */
  #facilities;
  admin;

  /**
   * @param {User} admin
   * @param {Facility[]} facilities
   */
  constructor(admin, facilities) {
    this.admin = admin;
    this.#facilities = facilities;
    for (const part of ["facility-filter", "facility-column", "facility-add"]) byId(part).hidden = !this.isOpen;
    this.#draw(admin.facilityId || (facilities.length === 1 ? facilities[0].facilityId : ""));
  }

  /**
   * @param {User} admin
   * @returns {Promise<FacilityChoice>}
   */
  static async of(admin) {
    return new FacilityChoice(admin, isSystemAdmin(admin) ? withOwn(await fetchFacilities(), admin) : []);
  }

  /** Whether there is more than one's own. */
  get isOpen() {
    return isSystemAdmin(this.admin);
  }

  get isEmpty() {
    return this.#facilities.length === 0;
  }

  /** @returns {{facilityId: string, facilityName: string | null}} where people are added; "" where none is chosen */
  get place() {
    if (!this.isOpen) return { facilityId: this.admin.facilityId ?? "", facilityName: this.admin.facilityName };
    const facilityId = this.#select.value;
    return { facilityId, facilityName: this.#facilities.find((each) => each.facilityId === facilityId)?.name || null };
  }

  /** @returns {{facilityId?: string}} what asks the server for its people; nothing for one's own */
  get filter() {
    const { facilityId } = this.place;
    return this.isOpen && facilityId ? { facilityId } : {};
  }

  /**
   * Takes a facility that has been saved, and chooses it.
   * @param {Facility} facility
   * @returns {Promise<boolean>} whether it is new
   */
  async put(facility) {
    if (!this.isOpen) {
      this.admin = await reloadUser();
      return false;
    }
    const others = this.#facilities.filter(({ facilityId }) => facilityId !== facility.facilityId);
    const isNew = others.length === this.#facilities.length;
    this.#facilities = [...others, facility].sort((one, other) => one.name.localeCompare(other.name));
    this.#draw(facility.facilityId);
    return isNew;
  }

  /** @param {string} chosen */
  #draw(chosen) {
    drawFacilities(this.#select, this.#facilities, chosen);
    this.#select.prepend(new Option(t("identity.facility.choose"), "", false, !chosen));
  }
}

/**
 * @param {Facility[]} found
 * @param {User} admin
 * @returns {Facility[]} with the administrator's own facility, which may have no name yet
 */
function withOwn(found, { facilityId: own }) {
  if (!own || found.some(({ facilityId }) => facilityId === own)) return found;
  return [...found, { facilityId: own, name: "", country: "", timeZone: "" }];
}
