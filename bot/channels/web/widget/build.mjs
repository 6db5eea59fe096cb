// Builds dist/waymark-widget.js from src/. The same sources and lock file give the same bytes, so the built
// file is committed and running Waymark needs no Node. `node build.mjs DIRECTORY` writes somewhere else.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'dist');

// Styles travel inside the script as minified text: the shadow root adopts them, so no page needs a style sheet.
const stylesAsText = {
  name: 'styles-as-text',
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/index.js'],
  outfile: 'waymark-widget.js',
  bundle: true,
  write: false,
  minify: true,
  metafile: true,
  format: 'iife',
  platform: 'browser',
  target: ['es2019', 'chrome87', 'firefox98', 'safari15.4'],
  // Plain ASCII: a host page in another encoding would otherwise garble the Arabic.
  charset: 'ascii',
  preserveSymlinks: true,
  legalComments: 'none',
  banner: { js: '/*! Waymark widget, Apache-2.0. Contains MIT-licensed parts: see THIRD-PARTY.txt */' },
  plugins: [stylesAsText],
});

async function thirdPartyLicences(inputs) {
  const packages = new Set(
    Object.keys(inputs)
      .map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
      .filter(Boolean),
  );
  const notices = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, 'node_modules', name);
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const licence = await readFile(join(folder, 'LICENSE'), 'utf8');
    notices.push(`${name} ${version}\n\n${licence.trim()}\n`);
  }
  return notices.join(`\n${'-'.repeat(72)}\n\n`);
}

await mkdir(out, { recursive: true });
await writeFile(join(out, 'waymark-widget.js'), result.outputFiles[0].contents);
await writeFile(join(out, 'THIRD-PARTY.txt'), await thirdPartyLicences(result.metafile.inputs));
