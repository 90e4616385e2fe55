import assert from "node:assert/strict";
import { test } from "node:test";

import { DraftModel, KEY } from "../../../static/js/chat/draft-model.js";

function storage(kept = new Map()) {
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) };
}

test("draft, scroll and open state are there on the next article", () => {
  const place = storage();
  new DraftModel(place).keep({ open: true, draft: "Is the breakw", form: { name: "Ada" }, scroll: { key: "s7", offset: -12 } });
  const next = new DraftModel(place);

  assert.deepEqual([next.open, next.draft, next.form.name, next.scroll], [true, "Is the breakw", "Ada", { key: "s7", offset: -12 }]);
});

test("nothing is written before something is kept", () => {
  const place = storage();
  const draft = new DraftModel(place);

  assert.equal(draft.open, false);
  assert.equal(place.kept.size, 0);
});

test("a broken or foreign value is as good as none", () => {
  for (const value of ["{", "null", "7", '{"open":"yes","draft":3,"scroll":{"key":1}}']) {
    const draft = new DraftModel(storage(new Map([[KEY, value]])));

    assert.deepEqual([draft.open, draft.draft, draft.scroll], [false, "", null]);
  }
});

test("where storage is denied the page remembers by itself", () => {
  const denied = () => { throw new Error("denied"); };
  const draft = new DraftModel({ getItem: denied, setItem: denied, removeItem: denied });
  draft.keep({ draft: "kept" });

  assert.equal(draft.draft, "kept");
});
