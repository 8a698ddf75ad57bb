#!/usr/bin/env node
import { Command } from 'commander';
import { auditCommand } from './audit/command.js';
import { SERVE_ARGUMENTS, SERVE_HELP } from './help.js';
import { projectionsCommand } from './projections/command.js';
import { serve } from './serve.js';

const program = new Command('annals')
  .description('Annals: an event-sourced authentication core that speaks the SuperTokens Core Driver Interface.')
  .showHelpAfterError();

program
  .command('serve')
  .description('Runs the whole service in one process, on the stores that the environment names.')
  .argument('[arguments...]', SERVE_ARGUMENTS)
  .addHelpText('after', SERVE_HELP)
  .action(async (given: string[]) => {
    await serve(given);
  });

program.addCommand(projectionsCommand());
program.addCommand(auditCommand());

await program.parseAsync();
