// Where this checkout is, and where what is built in it goes. The image is built from a checkout only; an appliance has none.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../state/problem.ts';
import { exists } from '../system/workstation.ts';

export type Project = {
  readonly root: string;
  readonly assets: string;
  readonly steps: string;
  readonly bundle: string;
  readonly node: string;
  readonly build: string;
};

export const findProject = (): Result<Project> => {
  // From src/image/ as well as from dist/.
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (exists(join(folder, 'assets/dracut')) && exists(join(folder, 'package.json'))) return ok(projectAt(folder));
  }
  return fail({
    code: 'image/no-checkout',
    summary: 'Images are built from a checkout of Mayfly, and this program does not run from one',
    remedy: 'Clone the repository and run npm start there',
  });
};

const projectAt = (root: string): Project => ({
  root,
  assets: join(root, 'assets'),
  steps: join(root, 'src/image/steps'),
  bundle: join(root, 'dist/mayfly.mjs'),
  node: join(root, `node_modules/node-linux-${process.arch}/bin/node`),
  build: join(root, 'build'),
});
