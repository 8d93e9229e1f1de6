// The files of the repository: tracked ones and new ones that are not ignored, relative to `root`.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export function repositoryFiles(root) {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const list = execFileSync('git', listing, { cwd: root });
  return list.toString().split('\0').filter((path) => path && existsSync(join(root, path)));
}
