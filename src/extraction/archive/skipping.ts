import type { XmlElement, XmlVisitor } from './xml.js';

/** Hides the named elements, with everything in them, from a visitor. */
export function skipping(hidden: ReadonlySet<string>, visitor: XmlVisitor): XmlVisitor {
  let depth = 0;
  return {
    open(element: XmlElement) {
      if (depth > 0 || hidden.has(element.name)) depth += 1;
      else visitor.open?.(element);
    },
    text(text: string) {
      if (depth === 0) visitor.text?.(text);
    },
    close(name: string) {
      if (depth > 0) depth -= 1;
      else visitor.close?.(name);
    },
  };
}
