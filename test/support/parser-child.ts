/** A parser process by itself, as the program starts it with its hidden argument. */
import { runParserChild } from "../../src/parsing/child/run.ts";

await runParserChild();
