import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { freePort } from '../support/free-port.js';
import { copies, healthCheck, readDockerfile, said } from './dockerfile.js';
import { expectPinned } from './process-needs.js';

/** Folders of the sources that are not part of the program. */
const NOT_SHIPPED = ['test', 'bench'];

describe('Dockerfile', () => {
  const stages = readDockerfile();
  const [build, last] = stages;
  if (!build || !last) throw new Error('the Dockerfile has to have two stages');
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

  it('has two stages on pinned images with the same Node, which package.json allows', () => {
    expect(stages).to.have.length(2);
    for (const { image } of stages) expectPinned(image);
    const versionIn = (text: string): number => {
      const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
      return Number(major) * 1_000 + Number(minor);
    };
    expect(last.image).to.match(/^node:/);
    expect(versionIn(last.image)).to.be.at.least(versionIn(manifest.engines.node));
    expect(last.image).to.equal(`${build.image}-slim`);
  });

  it('builds from all the sources that the compiler is told of, but tests and benchmarks', () => {
    const { include } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
    const copied = copies(build).flatMap(({ sources }) => sources);
    const program = include.filter((folder: string) => !NOT_SHIPPED.includes(folder));
    expect([...copied].sort()).to.deep.equal([...program, 'package.json', 'package-lock.json', 'tsconfig.json'].sort());
    const [install = ''] = said(build, 'RUN');
    expect(install).to.match(/npm ci .*&& npm prune --omit=dev/);
    expect(manifest.scripts.prepare).to.equal('npm run build:program');
  });

  it('what it copies can be built, and has the program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'annals-image-'));
    try {
      for (const { sources } of copies(build))
        for (const source of sources) await cp(source, join(folder, source), { recursive: true });
      await symlink(resolve('node_modules'), join(folder, 'node_modules'));
      await promisify(execFile)('npm', ['run', 'prepare'], { cwd: folder });
      const { stdout } = await promisify(execFile)(process.execPath, [manifest.bin.annals, '--help'], { cwd: folder });
      expect(stdout).to.include('Usage: annals');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }).timeout(180_000);

  it('the last stage has what the command needs, and neither sources nor compilers', () => {
    expect(copies(last)).to.deep.equal([
      { from: build.name, sources: ['/build/node_modules'], to: 'node_modules' },
      { from: build.name, sources: ['/build/dist'], to: 'dist' },
      { from: undefined, sources: ['package.json', 'LICENSE'], to: './' },
    ]);
    const [folder] = said(last, 'WORKDIR');
    expect(said(last, 'ENTRYPOINT').map((text) => JSON.parse(text))).to.deep.equal([
      ['node', `${folder}/${manifest.bin.annals}`],
    ]);
    expect(said(last, 'RUN').join('\n')).to.not.match(/npm|apt/);
  });

  it('what is copied exists, and is let through by .dockerignore, which lets nothing else through', () => {
    const rules = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const fromHere = stages.flatMap(copies).filter(({ from }) => from === undefined);
    const sources = [...new Set(fromHere.flatMap((copy) => copy.sources))];
    expect(sources.filter((source) => !existsSync(source))).to.deep.equal([]);
    expect([...rules].sort()).to.deep.equal(['*', ...sources.map((source) => `!${source}`)].sort());
    expect(rules[0]).to.equal('*');
  });

  it('runs as somebody who is not root, and is told to stop by the signal that stops it in order', () => {
    expect(said(last, 'USER')).to.deep.equal(['1000:1000']);
    expect(said(last, 'STOPSIGNAL')).to.deep.equal(['SIGTERM']);
    expect(last.instructions.findIndex(({ name }) => name === 'USER')).to.be.above(
      last.instructions.findLastIndex(({ name }) => name === 'RUN'),
    );
  });

  it('its label has the version of the package', () => {
    expect(said(last, 'LABEL').join(' ')).to.include(`org.opencontainers.image.version="${manifest.version}"`);
  });

  for (const [status, code] of [
    [200, 0],
    [503, 1],
  ] as const)
    it(`the health check ends with ${code} if /livez answers ${status}`, async () => {
      const asked: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url);
        response.writeHead(status, { connection: 'close' }).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      expect(await checkHealth((server.address() as AddressInfo).port)).to.equal(code);
      expect(asked).to.deep.equal(['/livez']);
      server.close();
      await once(server, 'close');
    });

  it('the health check ends with 1 if nobody listens', async () => {
    expect(await checkHealth(await freePort())).to.equal(1);
  });

  const [program, ...parameters] = healthCheck(last);

  async function checkHealth(port: number): Promise<number | null> {
    expect(program).to.equal('node');
    const child = spawn(process.execPath, parameters, {
      env: { SUPERTOKENS_PORT: String(port) },
      stdio: 'ignore',
    });
    const [code] = await once(child, 'exit');
    return code;
  }
});
