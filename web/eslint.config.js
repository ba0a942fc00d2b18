import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/**
 * Who may import whom, lowest first. A folder may import itself and those it names.
 * `platform` (clock, timers, WebSocket, fetch) is under all; nothing but `ui` imports `ui`.
 */
const MAY_IMPORT = {
  platform: [],
  protocol: ["platform"],
  signal: ["protocol", "platform"],
  photos: ["protocol", "platform"],
  call: ["signal", "protocol", "platform"],
  state: ["call", "photos", "signal", "protocol", "platform"],
  texts: ["protocol"],
  ui: ["state", "call", "photos", "signal", "protocol", "platform", "texts"],
};
const FOLDERS = Object.keys(MAY_IMPORT);

const layers = FOLDERS.map((folder) => {
  const allowed = MAY_IMPORT[folder];
  const forbidden = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  return {
    files: [`src/${folder}/**/*.{ts,svelte}`],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...(forbidden.length
              ? [
                  {
                    regex: `^(\\.{1,2}/)+(src/)?(${forbidden.join("|")})(/|$)`,
                    message: `src/${folder} may import only: ${[folder, ...allowed].join(", ")}.`,
                  },
                ]
              : []),
            {
              regex: "^@lucide/svelte$",
              message: "Import icons one by one: @lucide/svelte/icons/<name>.",
            },
          ],
        },
      ],
    },
  };
});

/** What only `platform` may touch; everyone else is handed it, so that tests can hold time still. */
const WORLD = [
  { name: "WebSocket", message: "Take it from src/platform." },
  { name: "fetch", message: "Take it from src/platform." },
  { name: "XMLHttpRequest", message: "Take it from src/platform." },
  { name: "setTimeout", message: "Take timers from src/platform." },
  { name: "setInterval", message: "Take timers from src/platform." },
];

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/protocol/generated/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "no-console": "error",
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
    rules: {
      "svelte/no-at-html-tags": "error",
      "svelte/no-target-blank": "error",
      // A component without it would be plain JavaScript, unseen by the type checker.
      "svelte/block-lang": ["error", { script: ["ts"] }],
      "svelte/button-has-type": "error",
      "svelte/no-inline-styles": "error",
    },
  },
  {
    files: ["src/{protocol,signal,call,state}/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": ["error", ...WORLD],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Take the time from src/platform." },
        { object: "Math", property: "random", message: "Take randomness from src/platform." },
      ],
    },
  },
  ...layers,
  {
    files: ["*.{js,ts}", "tools/**/*.ts"],
    languageOptions: { globals: { ...globals.node } },
  },
);
