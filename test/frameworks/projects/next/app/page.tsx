import { Search } from './Search';

export default function Page() {
  return (
    <main>
      <h1>Words</h1>
      <Search />
    </main>
  );
}
