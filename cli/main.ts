#!/usr/bin/env node
import { Command } from 'commander';
import { SERVE_ARGUMENTS, SERVE_HELP } from './help.js';
import { roles } from './roles/roles.js';
import { runRole } from './serve.js';

const program = new Command('annals')
  .description('Annals: an event-sourced authentication core that speaks the SuperTokens Core Driver Interface.')
  .showHelpAfterError();

for (const { description, ...role } of roles)
  program
    .command(role.name)
    .description(description)
    .argument('[arguments...]', SERVE_ARGUMENTS)
    .addHelpText('after', SERVE_HELP)
    .action(async (given: string[]) => {
      await runRole(role, given);
    });

// What operators run now and then is loaded for them alone.
if (roles.every(({ name }) => name !== process.argv[2])) {
  program.addCommand((await import('./projections/command.js')).projectionsCommand());
  program.addCommand((await import('./audit/command.js')).auditCommand());
  program.addCommand((await import('./migrate.js')).migrateCommand());
}

await program.parseAsync();
