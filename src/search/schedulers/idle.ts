// What a scheduler is where no trial has an epoch, before its last one, at which it would judge.
import type { Scheduler } from '../scheduler.js';

export const IDLE: Scheduler = { observe: () => [], isIdle: true };
