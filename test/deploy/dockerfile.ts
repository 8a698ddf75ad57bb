import { readFileSync } from 'node:fs';

/** One instruction of a Dockerfile, its continued lines put together. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** What follows one FROM. */
export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** The stages of the Dockerfile. */
export function readDockerfile(): readonly Stage[] {
  const text = readFileSync('Dockerfile', 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, '');
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') {
      const [, image = '', stage] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ image, name: stage, instructions: [] });
    } else stages.at(-1)?.instructions.push({ name, rest });
  }
  return stages;
}

/** What the instructions of a name say in a stage. */
export function said(stage: Stage, name: string): readonly string[] {
  return stage.instructions.filter((one) => one.name === name).map(({ rest }) => rest);
}

/** What a stage copies: the stage it comes from, if it is one, what, and whereto. */
export function copies(stage: Stage): readonly { from: string | undefined; sources: readonly string[]; to: string }[] {
  return said(stage, 'COPY').map((rest) => {
    const words = rest.split(/\s+/);
    const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
    return { from, to: words.pop() ?? '', sources: words };
  });
}

/** The command of the HEALTHCHECK, as it is executed. */
export function healthCheck(stage: Stage): readonly string[] {
  const [rest = ''] = said(stage, 'HEALTHCHECK');
  return JSON.parse(rest.slice(rest.indexOf('CMD') + 'CMD'.length));
}
