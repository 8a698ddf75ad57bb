#!/usr/bin/env node
import { Command } from 'commander';
import { serve } from './serve.js';

const program = new Command('annals')
  .description('Annals: an event-sourced authentication core that speaks the SuperTokens Core Driver Interface.')
  .showHelpAfterError();

program
  .command('serve')
  .description('Runs everything in one process, on the embedded stores in ANNALS_DATA_DIR (./data).')
  .argument('[arguments...]', 'port=<n>, host=<h>, configFile=<absolute path>, test_mode')
  .action(async (given: string[]) => {
    await serve(given);
  });

await program.parseAsync();
