// Tabs and history, kept in the browser.
export interface Tab { name: string; query: string }
interface Kept { tabs: Tab[]; at: number; history: string[] }

const key = "trialweave-editor";
const most = 50;

export class Memory implements Kept {
  tabs: Tab[] = [];
  at = 0;
  history: string[] = [];

  constructor() {
    try {
      const k = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Kept>;
      this.tabs = (k.tabs ?? []).filter((t) => typeof t?.query === "string" && typeof t?.name === "string").slice(0, most);
      this.history = (k.history ?? []).filter((q) => typeof q === "string").slice(0, most);
      this.at = Math.min(Math.max(Number(k.at) || 0, 0), Math.max(this.tabs.length - 1, 0));
    } catch { /* what is kept cannot be read, or nothing may be kept */ }
  }

  save(): void {
    try {
      localStorage.setItem(key, JSON.stringify({ tabs: this.tabs, at: this.at, history: this.history }));
    } catch { /* nothing may be kept */ }
  }

  ran(query: string): void {
    this.history = [query, ...this.history.filter((q) => q !== query)].slice(0, most);
    this.save();
  }

  get tab(): Tab { return this.tabs[this.at]; }
}
