import { test } from '@playwright/test';
import { apiTests } from './api.ts';
import { contentTests } from './content.ts';
import { stagedOnce } from './staged.ts';
import { teamsTests } from './teams.ts';
import { typesTests } from './types.ts';

// All in one file, because each worker would build the package again.
test.beforeAll(stagedOnce);

test.describe('What is in the package?', () => contentTests());
test.describe('What does it export?', () => apiTests());
test.describe('Which projects can compile with it?', () => typesTests());
test.describe('Which projects can run it?', () => teamsTests());
