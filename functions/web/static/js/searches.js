/**
 * What the search looks through, in the order of its results. Loaded with the first search, because most pages are opened
 * without one: its modules share no state with the page, and are given the call that they make.
 */
import { search as encounters } from "./encounters/search.js";
import { search as patients } from "./patients/search.js";
import { search as visits } from "./visits/search.js";

/** @type {readonly import("./shell/commands.js").Search[]} */
export const searches = [patients, encounters, visits];
