/** Who may use the pages of encounters. Only a hint for the page: the server decides. */
export { isVerifiedClinician as mayUseEncounters } from "../shell/users.js";
