// Wakes the one who waits. A ring that comes while nobody waits is not lost: the next wait returns at once.

export class Bell {
  private rung = true;
  private wake: () => void = () => {};

  ring(): void {
    this.rung = true;
    this.wake();
  }

  async wait(): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.rung = false;
  }
}
