import { defineFullhouse } from 'fullhouse';

export default defineFullhouse();
