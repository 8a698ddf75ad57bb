#!/usr/bin/env node
import { Command } from 'commander';
import { auditCommand } from './audit/command.js';
import { SERVE_ARGUMENTS, SERVE_HELP } from './help.js';
import { migrateCommand } from './migrate.js';
import { projectionsCommand } from './projections/command.js';
import { roles } from './roles/roles.js';
import { type Role, runRole, WHOLE_SERVICE } from './serve.js';

const program = new Command('annals')
  .description('Annals: an event-sourced authentication core that speaks the SuperTokens Core Driver Interface.')
  .showHelpAfterError();

function addRole(role: Role, description: string): void {
  program
    .command(role.name)
    .description(description)
    .argument('[arguments...]', SERVE_ARGUMENTS)
    .addHelpText('after', SERVE_HELP)
    .action(async (given: string[]) => {
      await runRole(role, given);
    });
}

addRole(WHOLE_SERVICE, 'Runs the whole service in one process, on the stores that the environment names.');
for (const { description, ...role } of roles) addRole(role, description);

program.addCommand(projectionsCommand());
program.addCommand(auditCommand());
program.addCommand(migrateCommand());

await program.parseAsync();
