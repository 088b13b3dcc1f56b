/** All pages of all domains. */
import { pages as bookings } from "./bookings/pages.js";
import { pages as capture } from "./capture/pages.js";
import { pages as commits } from "./commits/pages.js";
import { pages as encounters } from "./encounters/pages.js";
import { pages as identity } from "./identity/pages.js";
import { pages as medications } from "./medications/pages.js";
import { pages as notifications } from "./notifications/pages.js";
import { pages as patients } from "./patients/pages.js";
import { pages as payouts } from "./payouts/pages.js";
import { registerPages } from "./shell/navigation.js";
import { pages as visits } from "./visits/pages.js";

registerPages([...bookings, ...capture, ...commits, ...encounters, ...identity, ...medications, ...notifications, ...patients, ...payouts, ...visits]);

export { homeOf } from "./shell/navigation.js";
