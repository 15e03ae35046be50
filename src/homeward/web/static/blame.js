// Which of a form's fields an error speaks of, so that they can be marked and the sentence can stand beside them.

const QUOTED = /(?<!\w)'(.+?)'(?!\w)|"(.+?)"|“(.+?)”/g;
const PLACE_WORDS = /not a place|off the globe|outside the map|has no place/;
const NUMBERS = /-?\d+(\.\d+)?/g;

// `rows` are {field, node} of what is shown. The ways to find it, from the surest: what the sentence quotes is a field's
// name, its label or what stands in it; it has the field's own words (`told`); it speaks of a place; it repeats a value.
export function blamed(rows, text) {
  const asked = rows.filter(({ field }) => field.type !== "password");
  for (const match of text.matchAll(QUOTED)) {
    const quote = match[1] ?? match[2] ?? match[3];
    const found = first([
      asked.filter(({ node }) => said(node) === quote),
      rows.filter(({ field }) => field.name === quote || field.label === quote),
      asked.filter(({ node }) => holds(said(node), quote)),
    ]);
    if (found) return found;
  }
  return first([
    rows.filter(({ field, node }) => said(node) !== "" && (field.told ? [field.told].flat() : []).some((words) => text.includes(words))),
    PLACE_WORDS.test(text) ? places(asked, text) : [],
    asked.filter(({ node }) => node.tagName !== "SELECT" && said(node).length > 1 && holds(text, said(node))),
  ]) ?? [];
}

const said = (node) => [node.chosen?.() ?? node.value ?? ""].flat().join(", ").trim();
const first = (found) => found.find((rows) => rows.length);

// Fields of places: those whose numbers the sentence repeats, or, where it writes them in another way, all that hold one.
function places(rows, text) {
  const numbers = (words) => (words.match(NUMBERS) ?? []).map(Number);
  const told = new Set(numbers(text));
  const filled = rows.filter(({ node }) => said(node) !== "");
  return first([
    filled.filter(({ node }) => numbers(said(node)).length > 1 && numbers(said(node)).every((one) => told.has(one))),
    filled.filter(({ field }) => isPlace(field)),
    rows.filter(({ field }) => isPlace(field)),
  ]) ?? [];
}

const isPlace = (field) => field.place === "clicked" || Boolean(field.hint?.includes("click on the map"));

// Whether a text has these words in it, whole.
function holds(text, words) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  return at >= 0 && !/\w\w/.test(text.slice(Math.max(0, at - 1), at) + words[0]) && !/\w\w/.test(words.at(-1) + text.slice(at + words.length, at + words.length + 1));
}
