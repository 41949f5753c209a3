#!/usr/bin/env node
import { runProgram } from './program.ts';

await runProgram(process.argv.slice(2));

// threads that were measuring when a signal came are not waited for
if (process.exitCode !== undefined && Number(process.exitCode) > 128) process.exit();
