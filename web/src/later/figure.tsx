import { Fragment, h, type VNode } from "preact";
import type { Part } from "../card";
import type { Say } from "../i18n";
import type { Calculation } from "../types";
import { Block, StackedBar, Sum } from "../ui/figures";
import { type Comparison, comparison, type Level } from "./levels";
import { type Range, range, span } from "./range";

/** A result with two ends. */
function RangeFigure({ model, say }: { model: Range; say: Say }) {
  const title = say(`${model.title}Title`);
  return (
    <Fragment>
      <Sum title={title} amount={span(model.low, model.high)} say={say} />
      {model.bars.map(({ end, parts }) => {
        const name = end ? say(`${end}End`) : title;
        const ranged = !end && model.low !== model.high;
        return (
          <Fragment>
            {end && <p class="label">{name}</p>}
            <StackedBar parts={parts} name={name} say={say} written={(part) => written(part, ranged, say)} />
          </Fragment>
        );
      })}
    </Fragment>
  );
}

function written(part: Part, ranged: boolean, say: Say): string {
  const value = say("yuan", span(part.from === undefined ? part.amount : part.from, part.amount));
  if (part.key === "maybe") return say("upTo", value);
  return ranged && part.key !== "own" ? say("atLeast", value) : value;
}

const Row = ({ of: { level, low, high, best }, top, say }: { of: Level; top: number; say: Say }) => (
  <div>
    <dt>
      {say(level as "1")}
      {best && <em>{say("best")}</em>}
    </dt>
    <dd>{say("yuan", span(low, high))}</dd>
    <dd class="wide">
      <svg class="bar track" width="100%" height="10" aria-hidden="true">
        <Block of="fund" from={0} share={low / top} height={10} />
        {high > low && <Block of="maybe" from={low / top} share={(high - low) / top} height={10} />}
      </svg>
    </dd>
  </div>
);

/** Hospital levels: a bar and the written value each; a range ends in a hatched part. */
const CompareFigure = ({ model, say }: { model: Comparison; say: Say }) => (
  <Fragment>
    <p class="label">{say("compareTitle")}</p>
    <dl>
      {model.levels.map((level) => (
        <Row of={level} top={model.top || 1} say={say} />
      ))}
    </dl>
  </Fragment>
);

/** What a bar of one case cannot show; without something to draw the words stay. */
export function Figure({ data, words, rest, say }: { data: Calculation; words: VNode; rest: VNode; say: Say }) {
  const levels = comparison(data);
  if (levels) return <CompareFigure model={levels} say={say} />;
  const ends = range(data);
  if (!ends) return words;
  return (
    <Fragment>
      <RangeFigure model={ends} say={say} />
      {ends.usual ? words : rest}
    </Fragment>
  );
}
