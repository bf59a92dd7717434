import { Fragment, h } from "preact";
import { money, type Part, type PartKey, type Split } from "../card";
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
export const Block = ({ of, from, share, height }: { of: PartKey; from: number; share: number; height: number }) => (
  <rect
    class={HATCHED.includes(of) ? "part" : `part ${of}`}
    fill={`url(#chat-${of})`}
    x={percent(from)}
    width={percent(share)}
    height={height}
  />
);

interface BarProps {
  parts: Part[];
  name: string;
  say: Say;
  /** What is written beside a part. */
  written: (part: Part) => string;
}

/** What the payers pay, side by side and written out. */
export function StackedBar({ parts, name, say, written }: BarProps) {
  let at = 0;
  const spoken = parts.map((part) => `${say(part.key)} ${written(part)}`);
  return (
    <Fragment>
      <svg class="bar" width="100%" height="30" role="img" aria-label={`${name}: ${spoken.join(", ")}`}>
        {parts.map(({ key, share }) => {
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
        {parts.map((part) => (
          <div>
            <dt>
              <svg class="key" aria-hidden="true">
                <Block of={part.key} from={0} share={1} height={12} />
              </svg>
              {say(part.key)}
            </dt>
            <dd>{written(part)}</dd>
          </div>
        ))}
      </dl>
    </Fragment>
  );
}

/** What comes back, large. */
export function Sum({ title, amount, say }: { title: string; amount: string; say: Say }) {
  const [before, after] = say("yuan", "|").split("|");
  return (
    <Fragment>
      <p class="label">{title}</p>
      <p class="figure">
        {before}
        <b>{amount}</b>
        {after}
      </p>
    </Fragment>
  );
}

/** The figure, the bar and what its parts are. */
export function SplitFigure({ model, say }: { model: Split; say: Say }) {
  const title = say(`${model.title}Title`);
  return (
    <Fragment>
      <Sum title={title} amount={money(model.paid)} say={say} />
      <StackedBar parts={model.parts} name={title} say={say} written={(part) => say("yuan", money(part.amount))} />
    </Fragment>
  );
}
