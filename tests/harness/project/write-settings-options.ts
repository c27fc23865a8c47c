import { writeFileSync } from 'node:fs';
import { settingsOptionsText } from './settings-options-text.ts';

writeFileSync('src/project/settings-options.ts', settingsOptionsText());
