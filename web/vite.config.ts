import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { commonStart } from "./tools/common_start.ts";
import { plainIcons } from "./tools/plain_icons.ts";
import { precompress } from "./tools/precompress.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["VIDEO_ADVICE_DEV_SERVER"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [plainIcons(here("src/ui/shared/Drawing.svelte")), svelte(), svelteTesting({ autoCleanup: false }), precompress(here("dist"))],
  build: {
    target: ["chrome111", "edge111", "firefox115", "safari16.4"],
    outDir: "dist",
    emptyOutDir: true,
    // Our pages allow neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here("index.html"), nurse: here("nurse.html") },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
        codeSplitting: { groups: [commonStart("base", [here("index.html"), here("nurse.html")])] },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    // `npm run dev` draws the page; everything else is the real server's.
    proxy: {
      "/api": { target: server },
      "/ws": { target: server, ws: true },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    restoreMocks: true,
    sequence: { shuffle: true },
  },
});
