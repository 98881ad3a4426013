import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Results } from './Results';
import { search } from './search';
import type { Searcher } from './search.worker';
import { useSearcher } from './useSearcher';

const owned: Searcher[] = [];

function Owner() {
  const searcher = useSearcher();
  if (searcher !== undefined && !owned.includes(searcher)) owned.push(searcher);
  return <p id="owner">{searcher === undefined ? '' : 'started'}</p>;
}

function App() {
  const [text, setText] = useState<string>();
  const [owner, setOwner] = useState(false);
  Object.assign(globalThis, { setText, setOwner });
  return (
    <>
      {text !== undefined && <Results text={text} />}
      {owner && <Owner />}
    </>
  );
}

Object.assign(globalThis, { search, owned });
createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
