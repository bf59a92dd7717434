/** localStorage that may be missing or refused: then the values live as long as the page. */
export class Keep {
  private readonly memory = new Map<string, unknown>();

  constructor(private readonly prefix: string) {}

  get<T>(name: string): T | undefined {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name) || "null") || undefined;
    } catch {
      return this.memory.get(name) as T | undefined;
    }
  }

  set(name: string, value: unknown): void {
    this.memory.set(name, value);
    try {
      if (value === undefined) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // refused or full: memory has it
    }
  }

  /** Call back when another tab changes one of our values. */
  watch(changed: () => void): void {
    addEventListener("storage", (event) => {
      if (!event.key || event.key.startsWith(this.prefix)) changed();
    });
  }
}
