// The task file of a thread that never answers.

export default function hang(): void {
  for (;;);
}
