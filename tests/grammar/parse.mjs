// Reads a JSON list of statements, and writes for each what Trino's grammar has against it: a list of texts.
import { readFileSync } from "node:fs";
import { CharStreams, CommonTokenStream, PredictionMode } from "antlr4ng";
import { TrinoSqlLexer } from "dt-sql-parser/dist/lib/trino/TrinoSqlLexer.js";
import * as trino from "dt-sql-parser/dist/lib/trino/TrinoSqlParser.js";

const place = (token) => `line ${token.line}, column ${token.column + 1}`;

function parsed(sql, mode) {
  const found = [];
  const listener = {
    syntaxError: (_, __, line, column, said) => found.push(`line ${line}, column ${column + 1}: ${said.slice(0, 120)}`),
    reportAmbiguity() {},
    reportAttemptingFullContext() {},
    reportContextSensitivity() {},
  };
  const lexer = new TrinoSqlLexer(CharStreams.fromString(sql));
  const parser = new trino.TrinoSqlParser(new CommonTokenStream(lexer));
  for (const one of [lexer, parser]) {
    one.removeErrorListeners();
    one.addErrorListener(listener);
  }
  parser.interpreter.predictionMode = mode;
  return [parser.program(), found];
}

function faults(sql) {
  // As Trino does: what the fast way refuses is parsed the whole way.
  let [program, found] = parsed(sql, PredictionMode.SLL);
  if (found.length) [program, found] = parsed(sql, PredictionMode.LL);
  // This grammar takes several statements, also without a semicolon between them. Athena takes one.
  if (!found.length && program.children.length !== 2) found.push(`line 1, column 1: ${program.children.length - 1} statements`);
  return [...found, ...misplaced(program, false)];
}

// What the grammar lets through and Trino or Athena does not: names in backquotes or with a digit first, and a ? out of WHERE.
function* misplaced(node, isInWhere) {
  if (node instanceof trino.BackQuotedIdentifierContext) yield `${place(node.start)}: a name in backquotes`;
  if (node instanceof trino.DigitIdentifierContext) yield `${place(node.start)}: a name that begins with a digit`;
  const isMark = node.symbol?.type === trino.TrinoSqlParser.QUESTION_MARK;
  if (isMark && !isInWhere) yield `${place(node.symbol)}: ? out of WHERE`;
  for (const child of node.children ?? []) {
    const isWhere = child instanceof trino.WhereClauseContext && node instanceof trino.QuerySpecificationContext;
    yield* misplaced(child, isWhere || (isInWhere && !(child instanceof trino.QueryContext)));
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(faults)));
