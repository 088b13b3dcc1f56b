/** Only what TypeScript cannot tell: whether the oldest browsers (`browserslist` in package.json) know an API. */
import compat from "eslint-plugin-compat";

export default [
  {
    files: ["functions/web/static/js/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { compat },
    rules: { "compat/compat": "error" },
  },
];
