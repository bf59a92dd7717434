import { Fragment, h } from "preact";
import { type Bar, type Comparison, type Part, type PartKey, span, type Split } from "../card";
import type { Say } from "../i18n";

const HATCHED: PartKey[] = ["second", "maybe"];

const percent = (share: number) => `${Math.round(share * 10000) / 100}%`;

/** Slanting lines, drawn once for all bars, so that a part is told apart without its colour. */
export const Patterns = () => (
  <svg class="hidden patterns" aria-hidden="true">
    {HATCHED.map((key) => (
      <pattern id={`chat-${key}`} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class={key} width="7" height="7" />
        <rect class="hatch" width="2" height="7" />
      </pattern>
    ))}
  </svg>
);

/** One part of a bar. */
const Block = ({ of, from, share, height }: { of: PartKey; from: number; share: number; height: number }) => (
  <rect
    class={HATCHED.includes(of) ? "part" : `part ${of}`}
    fill={`url(#chat-${of})`}
    x={percent(from)}
    width={percent(share)}
    height={height}
  />
);

/** What is written beside a part. */
function written(part: Part, ranged: boolean, say: Say): string {
  const value = say("yuan", span(part.from === undefined ? part.amount : part.from, part.amount));
  if (part.key === "maybe") return say("upTo", value);
  return ranged && part.key !== "own" ? say("atLeast", value) : value;
}

function StackedBar({ bar, name, ranged, say }: { bar: Bar; name: string; ranged: boolean; say: Say }) {
  let at = 0;
  const spoken = bar.parts.map((part) => `${say(part.key)} ${written(part, ranged, say)}`);
  return (
    <Fragment>
      <svg class="bar" width="100%" height="30" role="img" aria-label={`${name}: ${spoken.join(", ")}`}>
        {bar.parts.map(({ key, share }) => {
          at += share;
          return (
            <Fragment>
              <Block of={key} from={at - share} share={share} height={30} />
              {share > 0.24 && !HATCHED.includes(key) && (
                <text class={key} x={percent(at - share / 2)} y="20">
                  {say(key)}
                </text>
              )}
            </Fragment>
          );
        })}
      </svg>
      <dl>
        {bar.parts.map((part) => (
          <div>
            <dt>
              <svg class="key" aria-hidden="true">
                <Block of={part.key} from={0} share={1} height={12} />
              </svg>
              {say(part.key)}
            </dt>
            <dd>{written(part, ranged, say)}</dd>
          </div>
        ))}
      </dl>
    </Fragment>
  );
}

/** The figure, the bar and what its parts are. */
export function SplitFigure({ model, say }: { model: Split; say: Say }) {
  const title = say(`${model.title}Title`);
  const [before, after] = say("yuan", "|").split("|");
  return (
    <Fragment>
      <p class="label">{title}</p>
      <p class="figure">
        {before}
        <b>{span(model.low, model.high)}</b>
        {after}
      </p>
      {model.bars.map((bar) => {
        const end = bar.end && say(`${bar.end}End`);
        return (
          <Fragment>
            {end && <p class="label">{end}</p>}
            <StackedBar bar={bar} name={end || title} ranged={model.low !== model.high && !end} say={say} />
          </Fragment>
        );
      })}
    </Fragment>
  );
}

/** Hospital levels: a bar and the written value each; a range ends in a hatched part. */
export function CompareFigure({ model, say }: { model: Comparison; say: Say }) {
  const top = model.top || 1;
  return (
    <Fragment>
      <p class="label">{say("compareTitle")}</p>
      <dl>
        {model.levels.map(({ level, low, high, best }) => (
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
        ))}
      </dl>
    </Fragment>
  );
}
