import { Fragment, h } from "preact";
import type { Answer, Table } from "../types";

/** Figures side by side, scrolling by itself where a phone is too narrow. */
const Drawn = ({ of: { columns, rows } }: { of: Table }) => (
  <div class="table" tabIndex={0} role="group" aria-label={columns.join("、")}>
    <table>
      <thead>
        <tr>
          {columns.map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr>
            <th scope="row">{name}</th>
            {cells.map((cell) => (
              <td>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** The tables of an answer, one a city. */
export const Tables = ({ of }: { of: Answer }) => (
  <Fragment>{of.cities.map((city) => city.table && <Drawn of={city.table} />)}</Fragment>
);
