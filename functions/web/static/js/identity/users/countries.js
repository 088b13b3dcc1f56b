/** Countries (ISO 3166) with the names that the browser has for them. */
import { locale } from "../../shell/messages.js";

const CODES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/** @returns {{code: string, name: string}[]} by name */
export function countries() {
  const names = "DisplayNames" in Intl ? new Intl.DisplayNames([locale], { type: "region" }) : null;
  return CODES.split(" ")
    .map((code) => ({ code, name: names?.of(code) ?? code }))
    .sort((one, other) => one.name.localeCompare(other.name, locale));
}

/** @returns {string} the country of the browser's language, such as "NZ" for en-NZ, or "" */
export function likelyCountry() {
  const region = /-([A-Z]{2})\b/.exec(navigator.language)?.[1] ?? "";
  return CODES.split(" ").includes(region) ? region : "";
}

/** @returns {string[]} the names of time zones (IANA) that the browser knows; none in old browsers */
export function timeZones() {
  return "supportedValuesOf" in Intl ? Intl.supportedValuesOf("timeZone") : [];
}
